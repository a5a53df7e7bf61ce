"""What stands around every page: menu, person, language, theme; computed once, only when a whole page is shown."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise as LazyText
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from libin.kernel.access import ANONYMOUS, Actor
from libin.kernel.text import initials_of, pinyin_of
from libin.web.shell.asking import actor

LANGUAGE_TAGS = {"zh-hans": "zh-Hans", "en": "en"}
MENU_COOKIE = "libin-menu"
THEME_COOKIE = "libin-theme"


@dataclass(frozen=True)
class Place:
    """A room of the house as the menu knows it: shown when its address exists and one permission is held."""

    title: LazyText
    icon: str
    url_names: tuple[str, ...]
    permissions: tuple[str, ...] = ()
    key: str = ""


PLACES = (
    Place(
        _("Desk"),
        icon="inbox",
        url_names=("desk:queue",),
        permissions=("desk.view_own", "desk.view_all"),
        key="1",
    ),
    Place(
        _("Day view"),
        icon="gauge",
        url_names=("desk:day",),
        permissions=("desk.supervise",),
        key="2",
    ),
    Place(
        _("Customers"),
        icon="users",
        url_names=("customers:list",),
        permissions=("customers.view",),
        key="3",
    ),
    Place(_("Handbook"), icon="book-open", url_names=("handbook:contents",), key="4"),
    Place(
        _("Satisfaction"),
        icon="smile",
        url_names=("surveys:list",),
        permissions=("surveys.view",),
        key="5",
    ),
    Place(
        _("Staff"),
        icon="id-card",
        url_names=("people:list",),
        permissions=("people.view",),
        key="6",
    ),
    Place(
        _("Settings"),
        icon="settings",
        url_names=("channels:mailboxes",),
        permissions=("channels.manage",),
        key="7",
    ),
)


@dataclass(frozen=True, kw_only=True)
class MenuItem:
    """One line of the menu."""

    title: str
    icon: str
    url: str
    find: str = ""
    key: str = ""
    current: bool = False


@dataclass(frozen=True, kw_only=True)
class Shell:
    """The frame of a page. `theme` is empty when the device decides; `user_id` is empty for strangers."""

    organisation: str
    language: str
    language_tag: str
    languages: tuple[tuple[str, str], ...]
    theme: str = ""
    folded: bool = False
    menu: tuple[MenuItem, ...] = ()
    user_id: int | None = None
    user_name: str = ""
    user_email: str = ""
    presence: str = ""
    account_url: str = ""
    sign_out_url: str = ""
    search_url: str = ""
    notices_url: str = ""
    presence_url: str = ""
    live_url: str = ""

    @property
    def seal(self) -> str:
        """The one character on the seal."""
        return self.organisation[:1] or "L"


def organisation() -> str:
    """Whose house this is."""
    return settings.LIBIN_ORGANISATION or gettext("Libin")


def bare_shell() -> Shell:
    """A frame that needs neither request nor database."""
    language = get_language() or settings.LANGUAGE_CODE
    return Shell(
        organisation=organisation(),
        language=language,
        language_tag=LANGUAGE_TAGS.get(language, language),
        languages=tuple((code, name) for code, name in settings.LANGUAGES),
    )


def shell_for(request: HttpRequest) -> Shell:
    """The frame for a request; asks for the person's permissions once."""
    bare = bare_shell()
    if not hasattr(request, "user"):  # refused before anybody asked who it is
        return bare
    who = actor(request) if request.user.is_authenticated else ANONYMOUS
    theme = getattr(request.user, "theme", "") or request.COOKIES.get(THEME_COOKIE, "")
    return Shell(
        organisation=bare.organisation,
        language=bare.language,
        language_tag=bare.language_tag,
        languages=bare.languages,
        theme=theme if theme in ("light", "dark") else "",
        folded=request.COOKIES.get(MENU_COOKIE) == "folded",
        menu=_menu(who, request.path) if who.is_staff else (),
        user_id=who.staff_id,
        user_name=who.name if who.is_staff else "",
        user_email=getattr(request.user, "email", "") if who.is_staff else "",
        presence=_said_presence(request) if who.is_staff else "",
        account_url=_address("account_home"),
        sign_out_url=_address("account_logout"),
        search_url=_address("desk:find"),
        notices_url=_address("desk:notices"),
        presence_url=_address("shell:presence"),
        live_url=_address("shell:live"),
    )


def _said_presence(request: HttpRequest) -> str:
    """What she last said of herself; whoever looks at a page is not away or gone."""
    said = getattr(getattr(request.user, "presence", None), "state", "")
    return "busy" if said == "busy" else "online"


def _menu(who: Actor, path: str) -> tuple[MenuItem, ...]:
    shown = [
        (place, url)
        for place in PLACES
        if (not place.permissions or any(map(who.holds, place.permissions)))
        and (url := first_address(place.url_names))
    ]
    here = max((url for _place, url in shown if path.startswith(url)), key=len, default="")
    return tuple(
        MenuItem(
            title=(title := str(place.title)),
            icon=place.icon,
            url=url,
            find=findable(title),
            key=place.key,
            current=url == here,
        )
        for place, url in shown
    )


@lru_cache(maxsize=1024)
def findable(title: str) -> str:
    """What may be typed to find a name: itself in small letters, its pinyin and the pinyin's initials."""
    return " ".join((title.lower(), pinyin_of(title).replace(" ", ""), initials_of(title)))


def first_address(names: Iterable[str]) -> str:
    """The address of the first of these names that exists, else nothing."""
    return next(filter(None, map(_address, names)), "")


def _address(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
