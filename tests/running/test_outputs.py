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


def ended(name, message, traceback, source):
    error = {"output_type": "error", "ename": name, "evalue": message, "traceback": traceback}
    run = CellRun(ending="error", outputs=[error], count=7)
    return fault(Ran(step=Step(source=source, role="own"), run=run))


def test_where_a_function_calls_itself_the_line_is_that_of_the_call():
    """The deepest frame is where the stack happened to end."""
    traceback = [
        "Cell In[7], line 5\n",
        *["Cell In[7], line 3, in f(x)\n"] * 2,
        "    [... skipping similar frames: f at line 3 (969 times), g at line 1 (2 times)]\n",
        "Cell In[7], line 3, in f(x)\n",
        "Cell In[7], line 2, in f(x)\n",
    ]
    source = "def f(x):\n    y = [x]\n    return f(y)\n\nf(1)"
    found = ended("RecursionError", "maximum recursion depth exceeded", traceback, source)
    assert (found.line, found.source, found.statement) == (3, "return f(y)", 5)
    traceback[3:4] = []  # it is told of another file, or not at all
    found = ended("RecursionError", "maximum recursion depth exceeded", traceback, source)
    assert found.line == 2


def test_the_line_of_code_that_cannot_be_read_is_known_from_the_message_too():
    source = "def f():\n    x = 1\n  return x"
    message = "unindent does not match any outer indentation level (<tokenize>, line 3)"
    found = ended("IndentationError", message, ["  File <tokenize>:3\n"], source)
    assert found.message == "unindent does not match any outer indentation level"
    assert (found.line, found.source) == (3, "return x")


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
