"""Forms that capture a workbook in a notebook: each saves what is committed in it to the file, and nothing else.

    editors.workbook(file)                      which file is open; the views below it follow what is entered
    editors.context(file)                       project, people, goals, constraints
    editors.quality(file)                       level, review dates, sign-off
    editors.gates(file, phase=1)                what is declared of the gates
    editors.domain(file, "data_state", phase=1) candidates, weights and scores of a domain
    editors.decision(file, "data_state")        what is chosen, or put off
    editors.compatibility(file)                 choices that need or rule out one another
    editors.impact(file)                        what the decisions mean

`file` is what `optlib.open_workbook` returns. This is the only package that imports ipywidgets, so it is interactive
only: a report never runs a cell that calls it.
"""

from .compatibility_editor import compatibility_editor as compatibility
from .context_editor import context_editor as context
from .decision_editor import decision_editor as decision
from .domain_editor import domain_editor as domain
from .gates_editor import gates_editor as gates
from .impact_editor import impact_editor as impact
from .quality_editor import quality_editor as quality
from .workbook_editor import workbook_editor as workbook

__all__ = ["compatibility", "context", "decision", "domain", "gates", "impact", "quality", "workbook"]
