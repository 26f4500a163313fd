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
# What a condition begins with, or an order to call the function at all.
_OCCASION = re.compile(
    r"\b(?:when(?:ever)?|if|unless|once|until|while|during|after|before|upon|as soon as|in case|in the event|should"
    r"|every time|each time|at any (?:time|point)|at the (?:start|end|beginning|close|very)|on (?:request|demand)"
    r"|in response to|in reply to|only|always|never|immediately|do not|don[’']t|must|instead"
    r"|(?:use|used|using|call|called|calling|invoke|invoked|trigger|triggered|run|needed|required|necessary|useful|helpful"
    r"|suitable|ideal|appropriate|designed|meant|intended)\s+(?:(?:this|the|it|me)\b|for\b|to\b|as\b|in\b|by\b|at\b)"
    r"|for (?:questions|queries|enquiries|inquiries|requests|callers|customers|users|people|anyone|patients|guests)"
    r"|questions? (?:about|on|regarding)|requests?|requested|asked|asking|wants? to|wishes|by the time)\b"
    rf"|\b{_PEOPLE}\s+(?:who|that|to|\w+ly)?\s*{_WISHES}\b"
    rf"|\b(?:what|where|how|which) {_PEOPLE}\b|\bexamples?:"
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
    "get check search create book cancel update send look find list add remove return start end save",
    "record confirm show play explain execute calculate fetch retrieve specific current",
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
    english, foreign = (sum(word in known for word in words) for known in (_ENGLISH, _FOREIGN))
    return False if english > foreign else None
