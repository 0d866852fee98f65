from grader.kernels.kernel import CellRun
from grader.model.submission import Step
from grader.running.outputs import Ran, fault, printed


def test_the_line_of_an_error_is_the_deepest_in_the_cell():
    traceback = ["Cell In[7], line 3\n", "Cell In[7], line 1, in f(x)\n", "File x.py:9\n"]
    error = {"output_type": "error", "ename": "E", "evalue": "no", "traceback": traceback}
    ran = Ran(
        step=Step(source="def f(x): raise E\n\nf(1)", role="own"),
        run=CellRun(ending="error", outputs=[error], count=7),
    )
    assert (fault(ran).line, fault(ran).source) == (1, "def f(x): raise E")
    error["traceback"] = ["Cell In[7], line " + "9" * 5_000]
    assert fault(ran).line is None


def test_a_cell_that_ended_well_has_no_fault():
    assert fault(Ran(step=Step(source="1", role="own"), run=CellRun(ending="done"))) is None


def test_what_was_printed_is_text_whatever_the_kernel_sent():
    outputs = [
        {"output_type": "stream", "name": "stdout", "text": "one\n"},
        {"output_type": "execute_result", "data": {"text/plain": "2"}},
        {"output_type": "display_data", "data": {"image/png": "x"}},
        {"output_type": "display_data", "data": None},
        {"output_type": "error", "ename": "E", "evalue": "", "traceback": []},
        {},
    ]
    assert printed(outputs) == "one\n2\n"
