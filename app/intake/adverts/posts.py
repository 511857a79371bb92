"""Which parts of an advert belong to which post: several posts of one employer, several employers, or one of each.

What stands before the first post holds for all. So does what stands after the last one, unless an earlier post already
says the like about itself (then the advert repeats it per post and it is the last post's own).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from app.intake.adverts.finds import Find
from app.intake.adverts.parts import Part

TELLING = frozenset({"v_headcount", "v_wage"})  # with one of these a title is a post and no headline
FOR_ALL = frozenset({"v_company", "v_agency", "v_place", "v_address", "v_contact", "v_phone", "v_end"})


@dataclass(frozen=True, slots=True)
class Told:
    """A part with all that was found in it."""

    part: Part
    finds: tuple[Find, ...]

    def said(self) -> set[str]:
        """The fields the part speaks of."""
        return {find.key for find in self.finds}


@dataclass(slots=True)
class Post:
    """One post: its own parts, and what it shares with the others."""

    title: Find | None
    own: list[Told] = field(default_factory=list)
    shared: list[Told] = field(default_factory=list)

    def said(self) -> set[str]:
        """The fields its own parts speak of."""
        return {key for told in self.own for key in told.said()}


def divide(told: Sequence[Told], folded: str) -> list[Post]:
    """The posts of an advert in their order; one without a title where no title is found."""
    head, posts = _by_title(told)
    real = [post for post in posts if post.said() & TELLING]
    if real and len(real) < len(posts):
        head, posts = _without_headlines(head, posts)
    posts = _merged(posts, folded)
    if not posts:
        return [Post(None, list(told))]
    tail = _tail(posts) if len(posts) > 1 else []
    carried: list[Told] = []
    for post in posts:
        opening = Told(post.own[0].part, tuple(find for find in post.own[0].finds if find.key in FOR_ALL))
        if "v_company" in post.said():
            carried = [one for one in post.own if "v_company" in one.said()]
        for_all = [one for one in [*head, *tail] if not _of_another(one, post, posts, folded)]
        post.shared = _unless_own([*carried, *for_all], post)
        carried = [*carried, opening]
    return posts


def _merged(posts: list[Post], folded: str) -> list[Post]:
    """A post counted in one place and paid in another (焊工30名 … 焊工400元/天) is one post."""
    kept: list[Post] = []
    for post in posts:
        words = _title_words(post, folded)
        same = next(
            (one for one in kept if words in _title_words(one, folded) and _complete_each_other(one, post)), None
        )
        if same is None:
            kept.append(post)
        else:
            same.own.extend(one for one in post.own if one not in same.own)
    return kept


def _title_words(post: Post, folded: str) -> str:
    return folded[post.title.start : post.title.end] if post.title else ""


def _complete_each_other(first: Post, second: Post) -> bool:
    return (
        len(first.said() & TELLING) == len(second.said() & TELLING) == 1 and not first.said() & second.said() & TELLING
    )


def _of_another(one: Told, post: Post, posts: list[Post], folded: str) -> bool:
    """Whether a part names other posts only: 叉车司机持叉车证 asks nothing of those who load."""
    words = folded[one.part.start : one.part.end]
    named = [other.title for other in posts if other.title and _title_words(other, folded) in words]
    return bool(named) and post.title not in named


def _by_title(told: Sequence[Told]) -> tuple[list[Told], list[Post]]:
    """What stands before the first title, and one post per title. An employer's name opens the post that follows it."""
    head: list[Told] = []
    posts: list[Post] = []
    several = _several_employers(told)
    waiting: list[Told] = []
    for one in told:
        titles = [find for find in one.finds if find.key == "v_title"]
        if several and not titles and any(find.key == "v_company" and find.sure for find in one.finds):
            waiting.append(one)
        elif titles:
            posts.extend(Post(title, [*waiting, one]) for title in titles)
            waiting = []
        elif waiting:
            waiting.append(one)
        else:
            (posts[-1].own if posts else head).append(one)
    (posts[-1].own if posts else head).extend(waiting)
    return head, posts


def _several_employers(told: Sequence[Told]) -> bool:
    return sum(find.key == "v_company" and find.sure for one in told for find in one.finds) > 1


def _without_headlines(head: list[Told], posts: list[Post]) -> tuple[list[Told], list[Post]]:
    """Titles without a number of people and without pay are headlines (高薪急招普工！) if other titles have either."""
    kept: list[Post] = []
    for post in posts:
        if post.said() & TELLING or _listed(post):
            kept.append(post)
        else:
            bare = [Told(one.part, tuple(find for find in one.finds if find.key != "v_title")) for one in post.own]
            (kept[-1].own if kept else head).extend(bare)
    return head, kept


def _listed(post: Post) -> bool:
    return post.own[0].part.numbered or post.own[0].part.label == "v_title"


def _tail(posts: list[Post]) -> list[Told]:
    """Takes from the last post what holds for all, and gives it back.

    That is whom to call and where to go, and every line beyond as many as the other posts have, as far as no earlier
    post says the like about itself. Where all posts stand in one line, its end holds for all.
    """
    stated = {key for post in posts[:-1] for key in post.said()} | {"v_title"}
    last = posts[-1]
    first_line = last.own[0].part.line
    lines = max(len({one.part.line for one in post.own}) for post in posts[:-1])
    if posts[0].own[0].part.line == first_line:
        lines = 0
    tail = [
        one
        for one in last.own[1:]
        if not one.said() & stated and (one.said() & FOR_ALL or one.part.line - first_line >= lines)
    ]
    last.own = [one for one in last.own if one not in tail]
    return tail


def _unless_own(shared: list[Told], post: Post) -> list[Told]:
    """Shared parts whose fields the post does not state itself."""
    own = post.said()
    return [
        Told(one.part, tuple(find for find in one.finds if find.key not in own and find.key != "v_title"))
        for one in shared
    ]
