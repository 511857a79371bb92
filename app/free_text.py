"""What officers type about a person in their own words holds nothing that no column may hold (V6).

Only what says it of somebody: "维吾尔族" and "已婚", not "民族" and "婚姻状况", which an answer about a person's data
may have to name; nor the name of a place. What the person says themselves is theirs and is not looked at.
"""

import re
from typing import Final

from app.errors import Invalid
from app.shared.i18n import N_

PEOPLES: Final = (
    "汉|蒙古?|回|藏|维吾尔|维|苗|彝|壮|布依|朝鲜|满|侗|瑶|白|土家|哈尼|哈萨克|傣|黎|傈僳|佤|畲|高山|拉祜|水|东乡|纳西|景颇|"
    "柯尔克孜|土|达斡尔|仫佬|羌|布朗|撒拉|毛南|仡佬|锡伯|阿昌|普米|塔吉克|怒|乌孜别克|俄罗斯|鄂温克|德昂|保安|裕固|京|"
    "塔塔尔|独龙|鄂伦春|赫哲|门巴|珞巴|基诺"
)
# Behind the name of a people: of a place (管城回族区, 湘西土家族苗族自治州), or another thing (水族馆).
NOT_THEM: Final = rf"(?!(?:(?:{PEOPLES})族)*(?:自治|民族|乡|镇|村|区|县|旗|州|街|路|馆))"
PRIVATE: Final = re.compile(
    rf"(?:{PEOPLES})族{NOT_THEM}|回民(?!区|街|路|中学|医院)|少数民族(?!乡|自治)|穆斯林|清真"
    "|信教|信(?:佛|主(?!管|任|要)|耶稣|基督|天主|伊斯兰|回教)|教徒(?!弟)|基督[徒教]|天主教|伊斯兰教|佛教|道教(?!育|师|学|室|练|官)"
    "|(?:中共|预备|共产)?党员(?!干部|志愿|服务|活动)|共青团员|民主党派|政治面貌[:为是]"
    "|已婚|未婚|离婚|离异|丧偶|再婚|寡妇|单亲"
    "|怀孕|怀了?孕|孕妇|有孕|孕期|备孕|哺乳期"
    "|贫困户|贫困人口|脱贫[户人]|低保|五保户?|特困|建档立卡|监测(?:户|对象)|易致贫"
    "|乙肝|肝炎|艾滋|精神病"
    r"|\b(?:uyghur|tibetan|muslim|christian|buddhist|religious|married|divorced|widowed?|pregnant|pregnancy"
    r"|hepatitis|hiv)\b",
    re.IGNORECASE,
)
SPACES: Final = re.compile(r"(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])")  # 维 吾 尔 族


def private_words(text: str) -> list[str]:
    """The words that do not belong there, each once."""
    return list(dict.fromkeys(found[0] for found in PRIVATE.finditer(SPACES.sub("", text))))


def refuse_private(text: str, field: str) -> str:
    """The text without the space around it. Raises Invalid (422) naming what does not belong there."""
    found = private_words(text)
    if found:
        raise Invalid(
            N_(
                "Belief, ethnic group, party, marriage, pregnancy, illness and poverty are not written down here. Take "
                "out: %(words)s."
            ),
            fields={field: N_("Say it without these words.")},
            words="、".join(found),
        )
    return text.strip()
