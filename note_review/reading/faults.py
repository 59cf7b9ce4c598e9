"""The names of faults, and the words that say that a faculty falls short: what tells a denial of the one from a lack of the other."""

from __future__ import annotations

FAULT = (
    r"(?:LOB|loss(?:es)? of|drift\w*|(?:extension |quad )?lag|tremors?|sway\w*|weakness|deficits?|unstead\w+|instability|dizz\w+|vertigo|ataxi\w+|dysmetri\w+|spastic\w*|clonus|catch(?:es|ing)?(?! steps?)|numb\w*|tingl\w*|paresthesias?|nystagmus"
    r"|neglect|difficult\w*|trouble|problems?|issues?|falls?|stumbl\w+|limps?|limping|stagger\w*|wobbl\w+|shak\w+|veer\w*|delay\w*|asymmetr\w+|leak\w*|stiff\w*|tight\w*|hypertonicity|winging|hik\w+|deviations?|dyskinesias?|drag\w*|foot drop"
    r"|drop(?:s|ping)?|lean(?:s|ing)?|oscillopsia|impairments?|limitations?|restrict\w+|faults?|compensat\w+|valgus|hyperext\w+|recurvatum|collapse\w*|retropuls\w+|freez\w+|festinat\w+|buckl\w+|overshoot\w*|past[- ]pointing|scissoring|circumduct\w+|trips?|tripping|slips?"
    r"|loses|misses|tips|visually dependent|dependence|diplopia|blur\w*|inattention|spasms?|rigidity|bradykinesia|forward head|antalgic|trendelenburg|rounded shoulders)\b"
)
# What says that a faculty falls short.
LACK = r"\b(?:decreas|reduc|impair|poor|(?<!normal )(?<!functional )limit|weak|lack|lag|slow|delay|unable|cannot|less|short|only|loss|lost|below|worse|abnormal|diminish|absent|dull|fair|tight|stiff|low|increas|excess|needs|requir|trouble|difficult|except)\w*|n't\b|\b(?:not|no|can|neither|outside|far from|short of|yet to)\b"
TROUBLE = r"(?:impairments?|deficits?|trouble|problems?|difficult(?:y|ies)|limitations?|concerns?|issues?|abnormalit(?:y|ies))"
# What a patient has more or less of.
FACULTY = r"(?:balance|control|sense|sensation|tone|strength|motion|range|coordination|stance|posture|stability|alignment|timing|rhythm)"
# A faculty whose absence is itself the fault, unless it is trouble with it that is absent.
FACULTY_LACKED = (
    r"(?:righting|reactions?|protective|equilibrium|stepping|strateg(?:y|ies)|arm swing|strike|push-?off|clearance|dissociation|rotation|[AP]?ROM|motion|movement|control|contraction|activation|recovery|responses?|awareness"
    r"|sense|sensation|proprioception|kinesthesia|strength|tone|coordination|reflex(?:es)?|dorsiflexion|plantar ?flexion|active|[DP]F|extension|flexion)"
    rf"\b(?! (?:loss|lag|delays?|deviations?|asymmetr\w+|{TROUBLE})\b)"
)
# A word between "no" and the fault that it denies ("no lateral sway", but "no heel strike, R foot drag").
FREE_WORD = rf"(?!(?:changes?|improvements?|progress|carry-?over|gains?|R|L|B|left|right|bilateral|both|{FACULTY_LACKED})(?![\w-]))[\w/'-]+"
