"""Errors as answers: problem+json (RFC 9457) for the API, a page that says what to do for people."""

from typing import Any
from urllib.parse import quote, urlsplit

import msgspec
import structlog
from litestar import MediaType, Request, Response
from litestar.exceptions import HTTPException, ValidationException

from training.base import errors
from training.base.addresses import local_path
from training.base.database import Busy
from training.base.ids import human_code
from training.base.structs import Frozen
from training.base.texts import render
from training.web.answers import KeyUsedBefore, VersionNeeded
from training.web.bodies import HUNG_UP, NothingCame, TooLarge
from training.web.forms import sentence_for
from training.web.render import redirect, shell
from training.web.security import WrongContentType

log = structlog.get_logger()

PROBLEM_TYPE = "application/problem+json"
# The most specific class wins; every number of HTTP that an error can become stands here.
STATUS: dict[type[errors.TrainingError], int] = {
    WrongContentType: 415,
    NothingCame: 408,
    VersionNeeded: 428,
    KeyUsedBefore: 422,
    errors.NotFound: 404,
    errors.Forbidden: 403,
    errors.SignInRequired: 401,
    errors.Invalid: 422,
    errors.Stale: 412,
    errors.Conflict: 409,
    errors.Gone: 410,
    errors.TooMany: 429,
    errors.Unavailable: 503,
    errors.TrainingError: 400,
}
TITLES = {
    400: "This request cannot be read",
    401: "Please sign in",
    403: "Not allowed",
    404: "Not found",
    405: "Not possible here",
    408: "Nothing more came",
    409: "This clashes with how things stand",
    410: "This is over",
    412: "Changed in the meantime",
    413: "Too large",
    415: "Wrong kind of content",
    422: "Something cannot be used",
    428: "Say which version",
    429: "Too many attempts",
    500: "Something went wrong on our side",
    503: "Very busy",
}
ADVICE = {
    400: "Correct the request; the same one will fail again.",
    401: "Sign in, or send a bearer from `POST /api/v1/sign-ins`.",
    403: "Ask a coordinator or program manager whether you should have this right.",
    404: "Check the address. What you may not see looks the same as what is missing.",
    405: "Use one of the methods in `Allow`.",
    408: "Send it again, without a pause of a minute.",
    409: "Read how things stand now and decide again.",
    410: "Ask for a new one.",
    412: "Read it again, look at what changed, and repeat the change with the new ETag.",
    413: "Send less at once: at most 1,000,000 bytes.",
    415: "Send `Content-Type: application/json`.",
    422: "Correct what `errors` names and send it again.",
    428: "Read the thing first and send its ETag as If-Match.",
    429: "Wait a little, as long as the answer says in Retry-After, and try again.",
    500: "Try once more. If it happens again, tell whoever runs this installation the `reference`.",
    503: "Wait a little, as long as the answer says in Retry-After, and send the same request again.",
}
# What the framework refuses before our code is asked, and what nobody foresaw.
OF_FRAMEWORK = {
    "malformed": (400, "The request cannot be read."),
    "method-not-allowed": (405, "This address exists, but not for this method."),
    "too-large": (413, "The body is too large."),
    "internal": (500, "Something went wrong on our side."),
}

# What a page's heading says in better words already.
_SAID_BY_HEADING = frozenset(f"{title}." for title in TITLES.values()) | {
    errors.NotFound().detail,
    errors.Forbidden().detail,
}


class FieldProblem(Frozen, frozen=True, kw_only=True):
    """What is wrong with one field."""

    field: str
    message: str


class Problem(Frozen, frozen=True, kw_only=True, omit_defaults=True):
    """An error of the API (RFC 9457). `code` is stable; `errors` names fields; `data` holds what a program needs.

    `reference` is there after a fault of ours: whoever runs this installation finds the cause by it.
    """

    type: str
    title: str
    status: int
    detail: str
    code: str
    errors: list[FieldProblem] = []
    data: dict[str, Any] = {}
    reference: str = ""


class KnownProblem(Frozen, frozen=True, kw_only=True):
    """A code with its status, the sentence that comes with it unless a better one is known, and what to do."""

    code: str
    status: int
    sentence: str
    advice: str


def known_problems() -> dict[str, KnownProblem]:
    """Every code of the rooms imported so far, in order."""
    found = {code: (status, sentence) for code, (status, sentence) in OF_FRAMEWORK.items()}
    kinds: list[type[errors.TrainingError]] = [errors.TrainingError]
    while kinds:
        kind = kinds.pop()
        kinds.extend(kind.__subclasses__())
        # A subclass without a code of its own is told as its parent.
        if "code" in vars(kind):
            found[kind.code] = (_status_of_kind(kind), errors.sentence_of(kind))
    return {
        code: KnownProblem(code=code, status=status, sentence=sentence, advice=ADVICE[status])
        for code, (status, sentence) in sorted(found.items())
    }


def _status_of_kind(kind: type[errors.TrainingError]) -> int:
    return next(STATUS[parent] for parent in kind.__mro__ if parent in STATUS)


def status_of(error: errors.TrainingError) -> int:
    """The HTTP status of an error of ours."""
    return _status_of_kind(type(error))


def problem_of(error: errors.TrainingError) -> Problem:
    """An error of ours as a problem."""
    status = status_of(error)
    fields = error.fields if isinstance(error, errors.Invalid) else {}
    return Problem(
        type=f"/problems/{error.code}",
        title=TITLES[status],
        status=status,
        detail=error.detail,
        code=error.code,
        errors=[FieldProblem(field=name, message=text) for name, text in fields.items()],
        data=error.data,
    )


def _of_framework(error: HTTPException) -> Problem:
    status = error.status_code
    found: list[FieldProblem] = []
    detail = TITLES.get(status, "Something is wrong with this request") + "."
    code = {400: "malformed", 404: "not-found", 405: "method-not-allowed", 413: "too-large"}.get(status, "malformed")
    if isinstance(error, TooLarge):
        detail = error.detail
    if isinstance(error, ValidationException):
        detail = "Something in the request cannot be used."
        code = "invalid"
        for item in error.extra or []:
            if isinstance(item, dict):
                found.append(FieldProblem(field=str(item.get("key", "")), message=str(item.get("message", ""))[:300]))
    return Problem(
        type=f"/problems/{code}",
        title=TITLES.get(status, TITLES[400]),
        status=status,
        detail=detail,
        code=code,
        errors=found,
    )


def wants_json(request: Request[Any, Any, Any]) -> bool:
    """Whether the answer goes to a program."""
    path: str = request.scope.get("path", "")
    return path.startswith(("/api/", "/health"))


def _page_behind(request: Request[Any, Any, Any], problem: Problem) -> str:
    """Where whoever sees an error page can go on: the page that the error names, the one a form was on, or else the
    nearest above its address. Never one that takes forms only; "" where there is none but the start page."""
    named = problem.data.get("page", "")
    if named:
        return local_path(str(named), "")
    path: str = request.scope.get("path", "")
    query = request.scope.get("query_string", b"").decode("latin-1")
    if request.method not in ("GET", "HEAD"):
        before = _sent_from(request)
        if before is None and problem.status == 404:
            # What is missing may be the page above it.
            return ""
        path, query = before or (path, "")
    while path.strip("/"):
        if _is_page(request, path):
            return (local_path(f"{path}?{query}", "") if query else "") or local_path(path, "")
        path, query = path.rstrip("/").rpartition("/")[0], ""
    return ""


def _sent_from(request: Request[Any, Any, Any]) -> tuple[str, str] | None:
    """The page of ours on which a form was, with its query, as the browser says; None for one that takes forms only."""
    try:
        before = urlsplit(request.headers.get("referer", ""))
    except ValueError:
        return None
    ours = before.netloc == request.headers.get("host") and before.path.startswith("/")
    return (before.path, before.query) if ours and _is_page(request, before.path) else None


def _is_page(request: Request[Any, Any, Any], path: str) -> bool:
    try:
        request.app.asgi_router.handle_routing(path, "GET")
    except HTTPException:
        return False
    return True


def answer_problem(request: Request[Any, Any, Any], problem: Problem, headers: dict[str, str]) -> Response[Any]:
    """The problem as JSON or as a page."""
    if wants_json(request):
        return Response(
            msgspec.json.encode(problem), status_code=problem.status, media_type=PROBLEM_TYPE, headers=headers
        )
    text = render(
        "web/error.html",
        **shell(request),
        flash=None,
        status=problem.status,
        problem=problem,
        detail="" if problem.detail in _SAID_BY_HEADING else problem.detail,
        reference=problem.reference,
        retry_after=int(headers.get("retry-after", 0)),
        back=_page_behind(request, problem),
        sent=request.method not in ("GET", "HEAD"),
    )
    return Response(text, status_code=problem.status, media_type=MediaType.HTML, headers=headers)


def _to_sign_in(request: Request[Any, Any, Any], problem: Problem) -> Response[Any]:
    """To the sign-in, and from there to the page that was asked for, or to the one a form was on."""
    if request.method == "GET":
        query = request.scope.get("query_string", b"").decode("latin-1")
        wanted = request.scope["path"] + (f"?{query}" if query else "")
        return redirect(f"/sign-in?next={quote(wanted, safe='/')}")
    back = _page_behind(request, problem)
    onward = f"/sign-in?next={quote(back, safe='/')}" if back else "/sign-in"
    return redirect(onward, "You are not signed in, so nothing was saved. Sign in, then try again.", kind="warning")


def on_our_error(request: Request[Any, Any, Any], error: errors.TrainingError) -> Response[Any]:
    """An error of ours."""
    if isinstance(error, errors.SignInRequired) and not wants_json(request):
        return _to_sign_in(request, problem_of(error))
    headers: dict[str, str] = {}
    if error.retry_after:
        headers["retry-after"] = str(error.retry_after)
    if isinstance(error, errors.SignInRequired):
        headers["www-authenticate"] = 'Bearer realm="training"'
    return answer_problem(request, problem_of(error), headers)


def on_framework_error(request: Request[Any, Any, Any], error: HTTPException) -> Response[Any]:
    """An error the framework raised before or around our code: unknown path, unreadable body, wrong method."""
    if error.detail == HUNG_UP:
        # No fault of ours, and nobody is left to read the answer.
        log.debug("client hung up", path=request.scope.get("path", ""))
        return on_unreadable(request, error)
    if error.status_code >= 500:
        return on_unknown_error(request, error)
    headers = {k: v for k, v in (error.headers or {}).items() if k.lower() in ("allow", "retry-after")}
    return answer_problem(request, _of_framework(error), headers)


def on_unreadable(request: Request[Any, Any, Any], _: Exception) -> Response[Any]:
    """A body that is nested too deep, not UTF-8 or cut off: the framework would answer 500."""
    problem = Problem(
        type="/problems/malformed", title=TITLES[400], status=400, detail="The body cannot be read.", code="malformed"
    )
    return answer_problem(request, problem, {})


def on_invalid_struct(request: Request[Any, Any, Any], error: msgspec.ValidationError) -> Response[Any]:
    """A value that does not fit, found while converting."""
    return on_our_error(request, errors.Invalid(sentence_for(str(error))))


def on_busy(request: Request[Any, Any, Any], _: Busy) -> Response[Any]:
    """A read outside of a unit of work that the database would not answer."""
    return on_our_error(request, errors.Unavailable())


def on_unknown_error(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """A fault of ours: logged with its cause and a reference, told with the reference alone."""
    reference = human_code()
    path = request.scope.get("path", "")
    log.error("unexpected", path=path, reference=reference, error=repr(error), trace=errors.trace_of(error))
    problem = Problem(
        type="/problems/internal",
        title=TITLES[500],
        status=500,
        detail=OF_FRAMEWORK["internal"][1],
        code="internal",
        reference=reference,
    )
    return answer_problem(request, problem, {})


HANDLERS: dict[type[Exception] | int, Any] = {
    errors.TrainingError: on_our_error,
    HTTPException: on_framework_error,
    RecursionError: on_unreadable,
    UnicodeDecodeError: on_unreadable,
    msgspec.ValidationError: on_invalid_struct,
    Busy: on_busy,
    Exception: on_unknown_error,
}
