"""Raw titles to comparable titles: one width, without pay, head counts, ages, perks and words of advertising.

Traditional characters are the caller's to turn (that needs a dictionary on disk). What a title means is not decided
here, see ``matching.titles``.
"""

import re
import unicodedata

__all__ = ["TitleParts", "comparable_title", "comparable_word", "split_alias", "stem_of", "title_parts"]

TitleParts = tuple[str, ...]
"""Parts of a title, the main one first, then what stands in brackets or after further separators."""


def _longest_first(words: str) -> tuple[str, ...]:
    return tuple(sorted(words.split(), key=lambda word: (-len(word), word)))


_UNIT = r"(?:元|块钱|块|圆|万|千|[KkWw])"
_PERIOD = r"(?:每|一|/|\\)?\s*(?:个?月|天|日|小时|时|[Hh]|年|件|单|趟)"
_NUMBER = r"\d[\d,]*(?:\.\d+)?"
_RANGE = rf"{_NUMBER}\s*{_UNIT}?(?:\s*[-~—–至到]+\s*{_NUMBER})?"
_PAY = re.compile(
    rf"(?:月薪|月入|年薪|日薪|时薪|工资|薪资|薪酬|底薪|保底|综合|收入|到手|待遇)+[:：约可达]*\s*{_RANGE}\s*\+?\s*{_UNIT}?(?:{_PERIOD})?(?:以上|起|左右|\+)?"
    rf"|{_RANGE}\s*\+?\s*{_UNIT}(?:{_PERIOD})?(?:以上|起|左右|\+)?"
    rf"|{_RANGE}\s*{_PERIOD}(?:薪)?(?:以上|起)?"
    r"|\d{4,}\s*[-~—–至到+]*\s*\d*\+?|\d{1,2}薪"
)
_COUNT = re.compile(
    r"(?:招聘?|急?需|限)?(?:\d+|若干|数|[一二两三四五六七八九十百]+)\s*(?:余|多)?(?:名|人|位)(?!间|员|民)"
    r"|\d{2}\s*[-~—至到]\s*\d{2}(?:周?岁)?|\d{2}周?岁(?:以下|以上|左右|以内)?|[一二两三四五六七八]人间|\d人间"
)
_PERK_WORDS = (
    "急招 急聘 急需 诚聘 诚招 直聘 直招 热招 招收 招募 大量 高薪 厂家直招 企业直招 名企 大厂 央企 国企 上市公司 "
    "包吃包住 包吃住 包食宿 管吃管住 管吃住 提供食宿 免费食宿 供食宿 包吃 包住 管吃 管住 提供住宿 有住宿 住宿 "
    "免费住宿 食宿 吃住全包 五险一金 六险一金 六险二金 五险 社保 缴纳社保 交社保 公积金 双休 单休 周末双休 周末休 "
    "大小周 月休四天 轮休 做五休二 上24休24 上24休48 长白班 常白班 白班 长夜班 夜班 晚班 早班 中班 两班倒 二班倒 "
    "三班倒 两班制 三班制 四班三运转 四班两运转 倒班 不倒班 坐班 站班 坐着上班 可坐 站立式 恒温车间 空调车间 空调房 "
    "无尘衣 不穿无尘服 不穿无尘衣 无经验可 无需经验 经验不限 学历不限 年龄不限 性别不限 男女不限 不限经验 不限学历 "
    "不限 零经验 小白 接受小白 可接受小白 接受应届生 应届毕业生 应届生 包教会 包教 可学 带薪培训 带薪 提成高 高提成 "
    "有提成 有补贴 餐补 房补 车补 饭补 全勤奖 年终奖 入职奖 奖金 返费 高返费 当天入职 随时入职 当天安排 马上上班 "
    "入职快 待遇优厚 待遇优 待遇好 福利好 福利多 薪资高 稳定 工作轻松 工作简单 好上手 活轻松 离家近 正式工 合同工 "
    "派遣工 劳务派遣 外包 日结 周结 月结 当日结 现结 计件 多劳多得 月薪 底薪 月入过万 过万 年薪 持证上岗 持证 "
    "有证优先 有证 需有证 夫妻工 夫妻优先 夫妻 女性优先 男性优先 女生优先 可暑假工 可学生工"
)
_GRADE_WORDS = "高级 资深 中级 初级 熟手 熟练工 熟练 生手 新手 见习 实习生 实习 储备 兼职 全职 驻外 中高级"
_NOISE = re.compile(
    "|".join(map(re.escape, _longest_first(_PERK_WORDS)))
    + r"|招聘(?!专|经|主|师|助|官|顾|文|$)|招工(?!专|员|$)|^急(?!救|诊)|^招(?!商|生|标|投|聘|工|待|财)"
)
_GRADE = re.compile("|".join(_longest_first(_GRADE_WORDS)))
_SEX = re.compile(
    r"(?:只?[招限要]?)(?:男女(?:不限|均可|皆可)?|[男女](?:士|工|生|性)?(?:优先|不限)?)(?![装鞋式宾包童裤裙袜])"
)
_BRACKETED = re.compile(r"[(\[{<《【「]([^()\[\]{}<>《》【】「」]*)[)\]}>》】」]")
_SEPARATORS = re.compile(r"[/\\、,，;；|+＋&·•\s:：!！。?？\"“”~—–_*#=]+|(?<![A-Za-z])-|-(?![A-Za-z])|或者|以及|或|及")
_NOT_TEXT = re.compile(r"[^0-9A-Z#.\u3400-\u9fff]")
_LONE_DIGITS = re.compile(r"(?<![0-9A-Z.])\d+(?:\.\d+)?(?![0-9A-Z轴号D])")

_HEADS = _longest_first(
    "工程师 技术员 设计师 经理 主管 总监 专员 助理 顾问 代表 店长 领班 组长 销售 客服 教师 老师 司机 运营 编辑 策划 "
    "翻译 服务员 管理员 管理 人员 技师 学徒 员 师 工"
)
_STEM_HEADS = _longest_first(
    "工程师 技术员 设计师 经理 主管 总监 专员 助理 顾问 代表 人员 工程技术人员 技术人员 专业人员 管理员 司机 服务员 "
    "操作工 操作员 作业员 普工 学徒 师傅 员 师 工"
)


def comparable_title(text: str) -> str:
    """Return the title under which a decision is remembered: one width, upper case, no marks and no noise."""
    return "".join(title_parts(text))


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).upper().replace("C++", "CPP").replace("C#", "CSHARP")


def title_parts(text: str) -> TitleParts:
    """Split a raw title into comparable parts; when all of it is noise, the bare text is the only part.

    Order: what stands outside brackets, in its order, then what stands inside. Empty for a text without letters.
    """
    plain = _plain(text)
    inside = " ".join(_BRACKETED.findall(plain))
    parts = [*_clean_parts(_BRACKETED.sub(" ", plain)), *_clean_parts(inside)]
    if not parts:
        bare = _NOT_TEXT.sub("", plain)
        parts = [bare] if re.search(r"[A-Z\u3400-\u9fff]", bare) else []
    return tuple(dict.fromkeys(parts))


def _clean_parts(text: str) -> list[str]:
    stripped = _COUNT.sub(" ", _PAY.sub(" ", text))
    parts = (_clean_part(part) for part in _SEPARATORS.split(stripped) if part)
    return [part for part in parts if len(part) > 1 or part == "焊"]


def _clean_part(part: str) -> str:
    """Take noise out of one part; grades and sexes only where something remains that can be a trade."""
    text = _NOT_TEXT.sub("", _LONE_DIGITS.sub("", _NOISE.sub("", part)))
    for pattern in (_SEX, _GRADE):
        shorter = pattern.sub("", text)
        if len(shorter) > 1:
            text = shorter
        elif pattern is _GRADE and pattern.fullmatch(text):
            return text
    return "" if re.fullmatch(r"[男女工岗]*", text) else text


def comparable_word(word: str) -> str:
    """Return a word of the classification as titles are compared: one width, upper case, no marks; nothing cut."""
    return _NOT_TEXT.sub("", _plain(word))


def split_alias(alias: str) -> TitleParts:
    """Return the titles an alias of the classification stands for, the whole first.

    采购经理/主管 gives 采购经理 and 采购主管; 市场/营销/拓展专员 gives 市场专员, 营销专员 and 拓展专员.
    """
    plain = re.sub(r"\(([^()]*)\)", r"/\1", _plain(alias))
    parts = [_NOT_TEXT.sub("", part) for part in plain.split("/")]
    parts = [part for part in parts if part]
    if len(parts) < 2:
        return tuple(parts)
    head = _head(parts[-1])
    stem = parts[0][: -len(_head(parts[0]))] if _head(parts[0]) else ""
    spread = []
    for part in parts:
        if part in _HEADS:
            spread.append(stem + part if stem else "")
        elif head and not _head(part) and len(head) > 1 and not part.isascii():
            spread.append(part + head)
        else:
            spread.append(part)
    return tuple(dict.fromkeys(part for part in spread if len(part) > 1))


def _head(text: str) -> str:
    """The kind-of-person word a title ends in, the longest known."""
    return next((head for head in _HEADS if text.endswith(head)), "")


def stem_of(title: str) -> str:
    """Return a title without the kind-of-person word it ends in; one that is nothing else stays whole."""
    for head in _STEM_HEADS:
        if title.endswith(head) and len(title) > len(head):
            return title[: -len(head)]
    return title
