"""Whether a description says when a function is to be called, and not only what it does."""

from __future__ import annotations

import re

_PEOPLE = (
    r"(?:callers?|customers?|users?|clients?|patients?|guests?|persons?|people|someone|somebody|anyone|they|he|she|you"
    r"|members?|students?|candidates?|leads?|prospects?|players?|drivers?|tenants?|subscribers?|borrowers?|visitors?"
    r"|buyers?|sellers?|agents?|assistants?|conversations?|calls?|model|ai|llm|bot)"
)
_WISHES = (
    r"(?:ask(?:s|ed|ing)?|want(?:s|ed|ing)?|wish(?:es)?|say(?:s|ing)?|said|request(?:s|ed|ing)?|mention(?:s|ed|ing)?"
    r"|need(?:s|ed|ing)?|give[sn]?|gave|giving|provide[sd]?|providing|confirm(?:s|ed)?|agree[sd]?|decline[sd]?"
    r"|refuse[sd]?|complain(?:s|ed)?|inquire[sd]?|enquire[sd]?|tell(?:s|ing)?|told|decide[sd]?|choose[sn]?|cho[os]s?e"
    r"|chosen|accept(?:s|ed)?|call(?:s|ed|ing)? (?:about|to)|is|are|has|have|would|will|insist(?:s|ed)?|explicitly"
    r"|express(?:es|ed)?|seem(?:s|ed)?|sound(?:s|ed)?|finish(?:es|ed)?|end(?:s|ed)?|starts?|begins?|reads? out)"
)
_THIS = r"(?:this|it)\b"
# What a condition begins with, or an order to call the function at all.
_OCCASION = re.compile(
    r"\b(?:when(?:ever)?|if|unless|once|until|while|during|after|before|upon|as soon as|in case|in the event"
    r"|by the time|every time|each time|at any (?:time|point)|at the (?:start|end|beginning|close|very)"
    r"|on (?:request|demand)"
    r"|in response to|in reply to|should (?:the|an?|they|be (?:called|used|invoked))|must be (?:called|used|invoked)"
    r"|(?:only|always|never|do not|don[’']t) (?:call|use|invoke|run|trigger|for|in|on|at|to)"
    rf"|(?:use|using|call|calling|invoke|trigger|run) {_THIS}"
    r"|(?:use|used|called|invoked?|triggered) (?:for|to|as|in|by|at)"
    r"|(?:useful|helpful|suitable|ideal|appropriate|meant|intended) (?:for|in|to answer)"
    r"|for [\w ,/-]{0,60}(?:questions|queries|enquiries|inquiries|requests|complaints|problems|issues)"
    r"|questions? (?:about|on|regarding)|requests? (?:for|to|about)|asking (?:for|about|to|whether|how)|is asked"
    r"|wants? to)\b"
    # "Call to confirm", and not "the call to …".
    r"|(?:^|[.;:!]\s+)call (?:for|to|in|at)\b"
    # "The caller wants to cancel", where it is a clause of its own, and "for callers who …".
    rf"|(?:^|[.;:,(\u2013\u2014-])\s*(?:an? |the |your )?{_PEOPLE}\s+(?:\w+ly\s+)?{_WISHES}\b"
    rf"|\bfor (?:\w+ )?{_PEOPLE} (?:who|that|with|without)\b|\bexamples?:"
    rf"|\b{_PEOPLE} who (?:ask|want|need|wish|request|complain|mention|say|call)"
    # Words of a caller, as an example.
    r"|[\"“][^\"”]{6,}[\"”]",
    re.IGNORECASE,
)
# "Check if the shop is open", "tell when it opens": what is found out, and no occasion.
_CONTENT = re.compile(
    r"\b(?:check(?:s|ing)?|see|sees|seeing|verif(?:y|ies|ying)|determin(?:e|es|ing)|know|knows|find(?:s|ing)? out"
    r"|figure out|test(?:s|ing)?|validat(?:e|es|ing)|confirm(?:s|ing)?|decid(?:e|es|ing)|detect(?:s|ing)?|learn"
    r"|indicat(?:es|ing)|true|false|tell(?:s|ing)?|say(?:s|ing)?|ask(?:s|ing)?|get(?:s|ting)?|show(?:s|ing)?|as"
    r"|return(?:s|ing)?|explain(?:s|ing)?|show(?:s|ing)?|regarding|about|and|or|of)\s+(?:if|when|while)\b"
    r"|\bat once\b|\b(?:for|of) (?:what|where|how|which)\b"
    r"|\bif (?:any|available|provided|given|present|possible|known)\b"
    r"|\bread[- ]only\b|\bnot only\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]+")
_LAST_LATIN_LETTER = "\u024f"


def _words(*lines: str) -> frozenset[str]:
    return frozenset(" ".join(lines).split())


# Words that hardly any other language has, and words of others that are written with the same letters.
_ENGLISH = _words(
    "the of and for with this their from by an is are your to it its into at on given new all about",
    "get check search create book cancel update send look find list add remove return start end save quote verify",
    "record confirm show play explain execute calculate fetch retrieve specific current validate schedule provide",
    "transfer submit track handle open answer collect capture generate reschedule",
)
_FOREIGN = _words(
    "el la los las del una uno para por con que cuando si al se su está cliente llamada esta",
    "le les des du une est pour avec dans sur quand lorsque appelant à ou un aux ce cette",
    "der das den dem ein eine und ist für mit wenn anrufer auf zu im nach bei von wird",
    "o os as do da dos das um uma não em quando ao na no se você",
    "il lo gli di che quando chiamante della per è nel alla",
    "ka ki ke ko hai hain jab karo kare karen karne agar aur mein se liye nahi kya tab toh",
    "de het een en van als voor wanneer beller met te",
    "ve bir için eğer yang untuk dengan saat jika pelanggan dan ketika kapag ang ng kung",
)


def states_occasion(text: str) -> bool | None:
    """Whether a description says when the function is to be called.

    Args:
        text: The description, as the model gets it.

    Returns:
        `None` where that cannot be told: the text is not English, or too short to see which language it is.
    """
    if any(letter.isalpha() and letter > _LAST_LATIN_LETTER for letter in text):
        return None
    if _OCCASION.search(_CONTENT.sub(" ", text)):
        return True
    words = [word.lower() for word in _WORD.findall(text)]
    english = sum(word in _ENGLISH or word.removesuffix("s") in _ENGLISH for word in words)
    foreign = sum(word in _FOREIGN for word in words)
    return False if english > foreign else None
