"""When words that look like a demand are none: it is denied, somebody else bears it, or it is told of others.

Every excuse is a way around the rules if it reaches too far. So one excuses only the demand it speaks of: it overlaps
it, or stands close beside it in the same clause with no contrast, figure or stop between; it carries on through an
enumeration ("不收押金、服装费、体检费"). A figure behind a denied demand ("不收押金300元") makes it a demand again,
and so does what follows from not paying ("不交押金的不录用"). A warning against others must say of them that they ask.
"""

import re
from collections.abc import Sequence
from typing import Protocol

Span = tuple[int, int]

NEAR = 8
"""Characters between a demand and what excuses it."""
STOPS, CLAUSE_STOPS = "。;!?\n", ",。;!?\n|"
CONTRAST = re.compile("但|只(?!是)|仅|而(?!且)|另|就(?!业)|不过|除|还(?!款|车)|再|先|却|然后|改为|换成")
FIGURE = re.compile(r"\d{2,}|[一二两三四五六七八九十百千万]+\s*(?:元|块|百|千)")
ENUMERATION = re.compile(r"(?:[^,。;!?\d、]{1,12}[、和及或与/])+[^,。;!?\d、]{0,4}")
SUM_BEHIND = re.compile(
    r"\s*(?:每人|一律|各|共|合计|为|是|:|的?标准)?\s*(?:\d{2,}(?!\s*[、/和])|[一二两三四五六七八九十百千]+\s*(?:元|块|百|千))"
)
BLANK = re.compile(r"\s+")
ANSWER = r"[?,。:\s“”\"]*(?:(?:a\d*|答复?|(?:统一)?回[复答])[\s:,.“\"]*)?"
QUESTION = re.compile(rf"[^,。;!?\n]{{0,12}}?(?:[吗么嘛]|\?|(?<=[不没])(?=\?)){ANSWER}")
ASKED = re.compile(rf"[^,。;!?\n]{{0,6}}?[,。;:\s]{ANSWER}")
"""The rest of a question behind what it asks about, up to its answer."""
DOUBTED = re.compile(
    "(?:不是|并非|哪能|怎么可能|谁说|不可能|不(?:在|属于?)[^,。;!?\\n]{0,4}|不[再能得许准可让]由?[^,。;!?\\n]{0,2})$"
)
OR_ELSE = re.compile(
    r"[^,。;!?\n]{0,6}?(?:的|者|就)?,?(?:一律|请|就|都|概)?(?:不(?:能|让|予|给|安排|录|收人|许|准|可以|要(?:报|投|跟|来(?!回)))|都?是骗|别|勿|免谈|无法|没法)"
)
NO_ENTRY = re.compile("(?:押金|证金|费|钱)?[的者就]?(?:[进来上入干做]不[了来去成]|谁[敢会能]|不[让给能][进来上入])")
"""What befalls whoever has none: 没有押金进不来."""
PAYS = re.compile("(?:不|未|没|拒)(?:交|缴|付|买|押|给|肯)")

TIMES = "(?:(?<!优)先|现在|眼下|暂时|目前|马上|立刻)"
NOT_YET = re.compile(f"{TIMES}[^,。;!?\\n]{{0,4}}[不没免未]|[不没未][用必须要]?{TIMES}")
LATER = re.compile(
    r"[^。;!?\n险税保]{0,14}?(?:(?<!不)(?<!不会)(?:扣(?!款)|抵扣)|再(?:交|给|付|补|收)|[补要]交|补(?:上|齐))"
)
"""A charge that is only put off: not yet, and behind it in the sentence how it is taken."""

HALF = re.compile("一半|各半")
A_NOT_A = re.compile(r"([一-鿿])[不没]\1")
"""要不要, 收不收: a question, and no denial."""

WHEN = (
    "(?:(?:从|自|于)?(?:今年|去年|前年|上个?月|本月|如今|即日|\\d{4}年|\\d{1,2}月)|已经?|现已|现在|目前|早已|早就|后来"
    "|(?:以前|之前|原来|原[定有本]|原先|从前|过去|往年|早先|早些年|曾经?|先前)[^,。;!?\\n]{0,24}?,?)"
    "(?![^,。;!?\\n]{0,4}后(?!来))[^,。;!?\\n]{0,8}?"
)
ENDED = "取消|废[除止了]|不存在了|免了|作废"
STOPPED = (
    "没有?了|停收|停止收|不再[收要扣交押]|不[收交扣押要]了"
    "|已经?(?:全部|全额|如数|陆续|都|一次性)*(?:退[还回给完清]|清退|返还)"
)
MISTAKEN = "(?:纯属|都?是|系)(?:误会|谣言|误传|假消息)"
ABOLISHED = re.compile(f"{WHEN}(?:{ENDED}|{STOPPED})|{MISTAKEN}")
LIFTED = re.compile(f"{WHEN}(?:{ENDED})|{MISTAKEN}")
"""What was so and is no more: done away with, or paid back. Of people (男的现在不要了), only done away with."""
BEFORE = re.compile("(?:以前|之前|原来|原先|从前|过去|去年|往年|早先|先前)[^,。;!?\n]{0,6}$")
"""What was free before: another charge follows."""
BENEFIT = re.compile("免费|报销|补贴|补助|[厂公里司]出|[厂里司]报|包(?!括|装)|发放|社保|[五六]险|保险|公积金")
OBJECT = re.compile("(?<=取消|废除|废止)(?!了|掉|收取|执行|此|这|该)[一-鿿]")
"""Something else that was done away with."""
THIS = re.compile(
    r"(?:[^,。;!?\n\d]{0,4}|(?:以前|之前|原来|去年|往年|从前|过去)[^,。;!?\n]{0,8})"
    ",(?:但|不过|这[条个项种]|该|我们|公司|厂里|[本我]厂|后来)*"
)
RENEWED = re.compile(
    r"改[为成收交扣](?![^,。;]{0,4}(?:公司|厂|店|单位|免费))|只[要收交需](?!求)|(?:收|交|扣|付|缴|要|降到|涨到)\s*(?:你|每人|新人)?\s*\d{2,}|自[理费购备付]|自己[出买掏付]"
    r"|工资[里中]?[扣抵]|[补再][交收扣]|照[交收扣]"
)

IF_ANYONE = "(?:凡(?:是)?|[见看]到|如有|若有|如遇|要是|遇到?|碰到|任何|所有|一切|谁|发现|有人|叫你|让你|要求)"
IF_ASKED = (
    "(?:凡是?|如果|要是|遇[到上]?|碰[到上]?|撞上|谁|有人|只要|不[管论](?!多|怎)|(?:任何|所有)(?:中介|人|厂家?|单位|公司))"
    "[^。;!?\\n]{0,16}?(?:收|让你|叫你|向你|跟你|问你|提到?|骗|扣|押(?!金)|索|逼|劝|说|[开张]口|张嘴|要(?=你|求|钱|押|证|保))"
)
"""Who asks, in a warning: the advert's own conditions speak of those who pay, not of those who ask."""
KEEP_AWAY = (
    "(?:(?:一律|一概|都|就|千万|坚决|统统|通通|请|赶紧)*(?:别|不要|勿|莫|不能|不可)再?"
    "(?:跟着?(?:他|她|对方|去|走|上)|理(?!解|由)|搭理|相?信|上当|上(?:他|她)|(?:给|交|签|去)(?=$|[,。;!?\\s]))"
    "|[掉扭转][头身]就走|(?:马上|立马|赶紧|赶快|立刻|直接)就?(?:走(?!完|流程)人?|离开|拉黑|跑)|拉黑)"
)
BEWARE = "(?:谨防|当心|小心|警惕|远离|严防|防止|提防|抵制|不要相信|别信|切勿相信|勿信|千万别(?:信|交|给)|别上当)"
SWINDLE = "(?:骗子|骗人|骗局|诈骗|假|黑中介|黑厂|违法|我们的人|本厂|本公司)"
OTHERS: tuple[re.Pattern[str], ...] = (
    re.compile(
        r"(?:查处|查办|打击|整治|受理|调查|处理|协助|整理|代理)[^。;!?\n]{0,40}?(?:行为|案件|案子|纠纷|投诉|违法)"
    ),
    re.compile(f"{IF_ASKED}[^。;!?\\n]{{0,30}}?{KEEP_AWAY}"),
    re.compile(r"(?:谁|有人|别人|外面|网上|哪个)说[^,。;!?\n]{0,16}?(?:都|千万|也|可)*(?:别|不要|勿)(?:信|听)"),
    re.compile(
        rf"{IF_ANYONE}[^。;!?\n]{{0,40}}?(?:都是|都不是|均(?:为|系|不是)|[就一肯]?定?是|属于?|即[为是]){SWINDLE}"
    ),
    re.compile(
        rf"{IF_ANYONE}[^。;!?\n]{{0,40}}?(?:请|可|欢迎|立即|马上|直接|打|拨)[^。;!?\n]{{0,12}}(?:举报|投诉|报警|揭发)"
    ),
    re.compile(
        rf"{IF_ANYONE}[^。;!?\n]{{0,40}}?(?=,?(?:请|可|欢迎|立即|马上|直接|赶紧)*(?:举报|投诉|报警|拨打?|打(?!算|工|卡|扫|包|磨|杂|印)|致电|联系劳动))"
    ),
    re.compile(
        r"(?:以前|之前|原来|从前|过去|去年)[^。;!?\n]{0,16}(?=,?(?:现在|今年|如今|已经?)[^,。;!?\n]{0,4}(?:不|取消|免|没))"
    ),
    re.compile(rf"{BEWARE}[^,。;!?\n]{{0,8}}?(?:收|骗取?|索要?|以|交|让|叫|乱|扣|要求|名义)[^,。;!?\n]{{0,16}}"),
    re.compile(
        r"(?:冒充|假冒|打着|不法分子|骗子|有人(?:以|用|借|说|在))[^。;!?\n]{0,24}?(?:收|骗|交|要|押|扣|索)[^,。;!?\n]{0,10}"
        r"(?=[^。;!?\n]{0,20}(?:上当|拉黑|举报|报警|不要信|别信|勿信|假|骗|与|跟|不是|小心|注意|警惕|$))"
    ),
    re.compile(rf"{BEWARE}[^,。;!?\n]{{0,14}}(?:骗局|陷阱|套路|诈骗|的(?:骗子|黑中介|中介|厂|人))"),
    re.compile(
        r"(?:签|交|收|扣|押|索|要求|让|叫)[^,。;!?\n]{1,24}?的(?:行为|厂|公司|中介|人)?,?(?:都|均|全|统统|一律|肯定|绝对)(?:是|属于?|系|为|涉嫌)"
        r"(?:违法|不合法|骗|诈骗|黑|无效|假|不正规)"
    ),
    re.compile(
        r"[^,。;!?\n]{0,20}的(?:厂|公司|单位|中介|人|地方|招工|招聘)?(?:,?(?:都|千万|坚决|一律|统统|请)+|)(?:别|不要|勿|不能)(?:去|信|进|干|理)"
    ),
)
"""Stretches that speak of other people: a demand in one of them is not the advert's own."""
OTHERS_DO = re.compile(
    "(?:喊|吆喝|宣称|声称|自称|打着|号称|群里发|网上发)[^。;!?\\n]{1,24}?的,?"
    f"(?:{KEEP_AWAY}|(?:一律|都)?不是(?:我们|[本我][厂公店]))"
    "|(?:被|让)[^,。;!?\\n]{1,8}?[骗坑](?:[了过走])?[^,。;!?\\n]{0,12}"
    "|(?:那家|某|别家|隔壁|有家|有的厂|另一家)[^,。;!?\\n]{0,24}?[收扣押要交][^,。;!?\\n]{0,12}(?:的事|闹|被查|被罚|曝光|通报)"
)
"""What others call out or did, figures and all."""
OWN_WORD = re.compile(
    r"\d{2,}|[一二两三四五六七八九十百千]+(?:元|块|百|千)|不(?:交|给|缴|付)(?!社)|[不没](?:想|愿意?|肯|舍得|打算)(?:交|给|缴|付|押)|(?<!冒充)(?<!假冒)我们收|本厂收|人事|财务"
)
"""What makes a warning the advert's own word again: a figure, or what befalls those who do not pay."""


DISOWNED = re.compile(
    ",(?:我们|我司|我厂|本厂|本公司|咱们?|咱厂|这里|这儿)(?:这里|这儿|厂里?)?(?:从来?|绝|都|可)?"
    "(?:不搞|不玩|不干|不做|不兴|没有|没|不存在|不吃)(?:那|这)一?(?:套|种事?|些事?|回事|种做法|些花样)"
    r"(?=$|[,。;!?\s|~])"
)
"""The clause behind a demand that says it is not made here; no sum of money is taken back this way."""


NOT_SO: tuple[re.Pattern[str], ...] = (
    re.compile(
        "(?:负责(?!人)|职责:?)(?:(?:(?![自交缴付扣])[^,。;!?\\n、]){1,14}、){1,6}(?:(?![自交缴付扣])[^,。;!?\\n、]){0,14}"
    ),
    re.compile("[这那](?:种|个|些|类)(?:东西|玩意儿?|费用|钱|名目)[^,。;!?\n]{0,6}(?:没有|不收|不要|不存在)"),
    re.compile("(?:不像|不比|不同于)(?:别|其他|有的|有些|外面)[^,。;!?\n]{0,20}"),
    re.compile(
        "(?:没有(?!社保|五险|保险)|没(?!有)|无|不存在|不会有|不会出现|杜绝|拒绝)[^,。;!?\n]{1,20}?"
        "(?:[这那]回事|的事儿?(?=$|[,。;!?\\s])|[这那]种事|的情况|[这那]一?说|的说法|的现象|[这那]一套|[这那]些事|的(?:规定|规矩|要求|做法|习惯))"
    ),
    re.compile("(?:从来?|绝|并|决|真的?)?[没未](?:有)?(?:收|要|扣|押|让|叫|交)过"),
    re.compile(
        "(?:不|没)[^,。;!?\n]{1,8}的(?:岗位|岗|厂|单位|公司|工厂|企业|活儿?)(?:,?我们|咱们?|我|一律|都|从来?)*不"
        "(?:发|做|接|推|合作|招|介绍|送|碰|代招)"
    ),
    re.compile(
        "(?<![天日周])(?<![天日周][先要是])(?:负责(?!人)|熟悉|精通|从事过?|擅长|熟练掌握)(?:(?![自交付收扣缴费后])[^,。;!?\n]){0,16}+(?![自交付收扣缴费后])"
    ),
)
"""What takes back any demand: it does not happen, others who make it are turned away, or it is the work itself."""


class Excuses(Protocol):
    """What lets a rule's hits pass: ``excused`` near them, ``settled`` behind their clause, ``answered`` as a no.

    ``strip`` is set where the rule is about people, who are turned away by the words that end a charge.
    """

    @property
    def excused(self) -> Sequence[re.Pattern[str]]: ...
    @property
    def settled(self) -> Sequence[re.Pattern[str]]: ...
    @property
    def answered(self) -> Sequence[re.Pattern[str]]: ...
    @property
    def strip(self) -> bool: ...


def excused(text: str, hit: Span, rule: Excuses) -> bool:
    """Whether something in the text takes this one hit back."""
    first, last = _clauses(text, hit)
    clause = text[first:last]
    near = any(
        _binds(text, (first + match.start(), first + match.end()), hit)
        for pattern in (*NOT_SO, *rule.excused)
        for match in pattern.finditer(clause)
    )
    disowned = DISOWNED.match(text, last) and not FIGURE.search(clause)
    if near or disowned or _settled(text, hit[1], last, rule.settled) or _of_others(text, hit):
        return True
    return _answered_no(text, hit, rule.answered) or _abolished(text, hit, LIFTED if rule.strip else ABOLISHED)


def _clauses(text: str, hit: Span) -> Span:
    """The whole clauses that a hit lies in."""
    first = max(text.rfind(stop, 0, hit[0]) for stop in CLAUSE_STOPS) + 1
    ends = [place for stop in CLAUSE_STOPS if (place := text.find(stop, hit[1])) >= 0]
    return first, min(ends, default=len(text))


def _binds(text: str, excuse: Span, hit: Span) -> bool:
    """Whether an excuse speaks of this very hit."""
    if DOUBTED.search(text, max(0, excuse[0] - 8), excuse[0]) or _put_off(text, excuse, hit):
        return False
    if excuse[0] and A_NOT_A.match(text, excuse[0] - 1):
        return False
    if _is_over(text, excuse, hit):
        return False
    if HALF.search(text, max(0, excuse[0] - 2), excuse[1] + 2):
        return False
    if excuse[0] < hit[1] and excuse[1] <= hit[1] + 1 and _a_demand_again(text, excuse, hit):
        return False
    if excuse[0] < hit[1] and hit[0] < excuse[1]:
        return True
    between = text[excuse[1] : hit[0]] if excuse[1] <= hit[0] else text[hit[1] : excuse[0]]
    if excuse[0] >= hit[1] and between != between.strip():
        return False
    if CONTRAST.search(between) or any(stop in between for stop in CLAUSE_STOPS):
        return False
    if FIGURE.search(between) and excuse[1] <= hit[0]:  # behind the demand it is its price: 体检费80元由公司承担
        return False
    return len(between.strip()) <= NEAR or ENUMERATION.fullmatch(between) is not None


def _is_over(text: str, excuse: Span, hit: Span) -> bool:
    """Whether an excuse tells only how it was, and a charge follows (以前工装免费,现在自己买)."""
    last = _sentence(text, hit)[1]
    ended = ABOLISHED.search(text, excuse[1], min(last, excuse[1] + 2 * NEAR))
    since = ended.end() if ended else excuse[1] if BEFORE.search(text, 0, excuse[0]) else last
    return RENEWED.search(text, since, last) is not None


def _put_off(text: str, excuse: Span, hit: Span) -> bool:
    """Whether an excuse says only that nothing is due yet (押金现在不用交,工资里扣)."""
    not_yet = NOT_YET.search(text, max(0, excuse[0] - 2), excuse[1])
    return not_yet is not None and LATER.match(text, max(excuse[1], hit[1])) is not None


def _a_demand_again(text: str, excuse: Span, hit: Span) -> bool:
    """Whether a denial before or in the hit is undone by a figure or a threat behind it."""
    if excuse[0] >= hit[0] and excuse[1] <= hit[1] and excuse[0] > hit[0]:
        return False
    behind = max(excuse[1], hit[1])
    if SUM_BEHIND.match(text, behind):
        return True
    if NO_ENTRY.match(text, behind) or NO_ENTRY.match(text, excuse[1]):
        return True
    pays = PAYS.search(text[excuse[0] : excuse[1]])
    return bool(pays and (OR_ELSE.match(text, behind) or OR_ELSE.match(text, excuse[1])))


def _settled(text: str, hit_end: int, last: int, settled: Sequence[re.Pattern[str]]) -> bool:
    """Whether what follows, or answers, says that it is made good or is none; patterns match from its beginning."""
    blank = BLANK.search(text, hit_end, last)
    places = [blank.end()] if blank else []
    if last < len(text) and text[last] in ",?":
        places.append(last + 1)
    return any(pattern.match(text, place) for pattern in settled for place in places)


def _answered_no(text: str, hit: Span, answered: Sequence[re.Pattern[str]]) -> bool:
    """Whether the hit is asked for in a question and the answer is no."""
    asks = ASKED if A_NOT_A.search(text, max(0, hit[0] - NEAR), hit[1]) else QUESTION
    asked = (QUESTION.match(text, hit[1]) or asks.match(text, hit[1])) if answered else None
    return asked is not None and any(pattern.match(text, asked.end()) for pattern in answered)


def _abolished(text: str, hit: Span, ended: re.Pattern[str]) -> bool:
    """Whether what the hit asks was so and is no more. Neither a benefit that ended nor what comes instead passes."""
    first, last = _sentence(text, hit)
    for match in ended.finditer(text, first, last):
        between = text[match.end() : hit[0]] if match.end() <= hit[0] else text[hit[1] : match.start()]
        close = (len(between) <= NEAR and "," not in between) or (hit[1] <= match.start() and THIS.fullmatch(between))
        if match.start() >= hit[1] and OBJECT.match(text, match.end()):
            continue
        about = text[min(match.start(), hit[0]) : match.end() + 2]
        if close and not BENEFIT.search(about) and not RENEWED.search(text, match.end(), last):
            return True
    return False


def _sentence(text: str, hit: Span) -> Span:
    """The whole sentence that a hit lies in."""
    first = max((text.rfind(stop, 0, hit[0]) for stop in STOPS), default=-1) + 1
    ends = [place for stop in STOPS if (place := text.find(stop, hit[1])) >= 0]
    return first, min(ends, default=len(text))


def _of_others(text: str, hit: Span) -> bool:
    """Whether the hit stands in a warning against others."""
    first, last = _sentence(text, hit)
    for pattern in (OTHERS_DO, *OTHERS):
        for match in pattern.finditer(text, first, last):
            own = pattern is not OTHERS_DO and OWN_WORD.search(match[0])
            if match.start() <= hit[0] and hit[1] <= match.end() and not own:
                return True
    return False
