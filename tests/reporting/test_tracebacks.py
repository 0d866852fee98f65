from grader.reporting.tracebacks import own_frames

TRACEBACK = """\
\x1b[31m-----------------\x1b[39m
\x1b[31mRuntimeError\x1b[39m      Traceback (most recent call last)
\x1b[36mCell\x1b[39m\x1b[36m \x1b[39m\x1b[32mIn[29]\x1b[39m\x1b[32m, line 23\x1b[39m
---> 23 table = jacobian(f, point)

\x1b[36mCell\x1b[39m\x1b[36m \x1b[39m\x1b[32mIn[29]\x1b[39m\x1b[32m, line 18\x1b[39m, in jacobian
---> 18     element.backward()

\x1b[36mFile \x1b[39m\x1b[32m/x/site-packages/torch/_tensor.py:623\x1b[39m, in backward
--> 623 torch.autograd.backward(

\x1b[36mFile \x1b[39m\x1b[32m/hand-in/helper.py:3\x1b[39m, in mine
----> 3 raise RuntimeError

\x1b[31mRuntimeError\x1b[39m: element 0"""


def test_frames_of_cells_and_of_files_beside_them_are_left():
    frames = own_frames(TRACEBACK)
    assert len(frames) == 3
    assert "jacobian(f, point)" in frames[0]
    assert "element.backward()" in frames[1]
    assert "helper.py" in frames[2]
    assert "site-packages" not in "".join(frames)


def test_a_traceback_may_hold_anything():
    assert own_frames("") == ()
    assert own_frames("no frame\n\n\n\nat all") == ()
