"""Why code failed, put into words: the causes of which nothing more is told."""

from collections.abc import Mapping

from grader.model.text import Text, say

CAUSES: Mapping[str, Text] = {
    "truth": say(
        "a tensor of several numbers stands where one `True` or `False` is needed, as in `if`, "
        "`and`, `min` or `max`; `torch.where` or a mask chooses number by number."
    ),
    "one-number": say(
        "a tensor of several numbers stands where a single number is needed, as in `item()`, "
        "`float()` or the functions of `math`."
    ),
    "freed": say(
        "`backward()` goes the same way back a second time, and the first call has freed what is "
        "needed for it. If one call is meant, leave the other out; else compute the loss anew, or "
        "keep it by `retain_graph=True`: gradients add up."
    ),
    "scalar-outputs": say(
        "`backward()` was called on something that is not a single number: add up its elements or "
        "take their mean before, as the task says."
    ),
    "no-graph": say(
        "`backward()` was called on something that does not depend on any tensor that requires "
        "gradients, or was computed where nothing is recorded."
    ),
    "leaf-in-place": say(
        "a leaf that requires gradients is changed in place. Is it what should change there? A "
        "step of training may change one, inside `with torch.no_grad():`; else make a new tensor."
    ),
    "saved-in-place": say(
        "something was changed in place that `backward()` still needs: work on a copy."
    ),
    "inference": say(
        "a tensor that was made in inference mode is used for what is forbidden to such a one."
    ),
    "no-gradient": say(
        "a `.grad` is None there: nothing has been written into it, or the name belongs to a "
        "tensor that is no leaf any more, or its gradient was set to `None`."
    ),
    "numpy-gradient": say(
        "a tensor that requires gradients cannot become a NumPy array: `detach()` it before."
    ),
    "whole-numbers": say(
        "a tensor of whole numbers, or of `True` and `False`, stands where floating-point numbers "
        "are needed."
    ),
    "misfit": say("a function is called with other arguments than it has."),
    "dimension": say("an axis is asked for that the tensor does not have: it has fewer axes."),
    "index": say("an index lies beyond the end."),
    "view": say("`view` needs other sizes, or numbers in the order of memory: try `reshape`."),
    "join": say("tensors are joined whose other sizes do not agree."),
    "stack": say("`stack` needs tensors of one and the same shape, and here the shapes differ."),
    "sizes": say("each size must be a whole number: a float is none, nor is a whole shape."),
    "no-bias": say("a `bias` is None there: a layer that was made without one has none."),
    "truth-none": say(
        "a tensor of several numbers is asked whether it is true: whether there is one at all is "
        "asked by `is not None`."
    ),
    "output-weights": say(
        "what `backward()` is given has another shape than the tensor that it is called on."
    ),
    "two-dtypes": say("two tensors of different dtypes meet where both must have the same one."),
    "device": say("tensors of different devices meet, or one without numbers is asked for them."),
    "device-cpu": say(
        "tensors of different devices meet: the code names the CPU, and what it is given is not"
        " there. Take the device that another tensor has, `x.device`."
    ),
    "device-cuda": say(
        "tensors of different devices meet: the code names CUDA, and what it is given is not there."
        " Take the device that another tensor has, `x.device`."
    ),
    "context": say(
        "what stands behind `with` is no context manager: maybe it has to be called, `()`."
    ),
    "list-arithmetic": say(
        "a list, a tuple or a text is calculated with. `+` joins it to one of its kind, and `*` "
        "repeats it; numbers one by one are for a tensor."
    ),
    "operand": say("two things meet in a calculation or a comparison that do not fit each other."),
    "truth-bool": say(
        "`bool()` of a tensor of several numbers is not defined: say what is asked of it, as by "
        "`is not None`, `any()` or `all()`."
    ),
    "truth-option": say(
        "a tensor of several numbers is given to something that needs one `True` or `False` there, "
        "such as an option of a layer or of a loss."
    ),
    "missing-argument": say("a function is called without an argument that it needs."),
    "argument-forms": say(
        "a function is called with arguments that do not fit any way to call it: too many or too "
        "few of them, or of other types."
    ),
    "uncalled": say("a function stands there that is not called: brackets, `()`, are missing."),
    "argument-type": say("a function is given an argument of a type that it does not take."),
    "product-number": say(
        "a product of matrices meets a single number, a tensor without axes: `*` multiplies by it."
    ),
    "batches": say(
        "`bmm` multiplies two batches of matrices, both with three axes; `@` takes others, too."
    ),
    "axes-number": say("a function is given a tensor with another number of axes than it takes."),
    "into-smaller": say(
        "a result is to be written in place into a tensor of a smaller shape: are these the two "
        "that belong together, and of the shapes that you expect?"
    ),
    "gradient-shape": say(
        "`.grad` of a tensor is given something of another shape than that tensor has: are the "
        "gradients in the order of what they belong to?"
    ),
    "whole-zero": say("whole numbers are divided by zero, by `//` or `%`."),
    "own-raise": say("a `raise` of your own is reached, where nothing should be raised."),
    "colon": say("Python cannot read the code: a colon is missing at the end of a line."),
    "indent": say("Python cannot read the code: a line is indented further than it may be."),
    "outdent": say("Python cannot read the code: a line is indented like none of those above it."),
    "no-block": say("Python cannot read the code: what stands below a colon has to be indented."),
    "bracket": say("Python cannot read the code: a bracket lacks its other half."),
    "comma": say("Python cannot read the code: maybe a comma is missing."),
    "equals": say(
        "Python cannot read the code: `=` stands where nothing can be assigned; `==` compares."
    ),
    "quote": say("Python cannot read the code: a quote is opened and never closed."),
    "return-outside": say(
        "Python cannot read the code: a `return` stands outside of any function; is it indented?"
    ),
    "syntax": say("Python cannot read the code: look for a bracket, a colon or an indent."),
    "recursion": say("a function calls itself again and again, and never comes to an end."),
    "interrupted-late": say(
        "the grader had to stop it there, as it took too long: does each loop come to an end?"
    ),
    "interrupted-output": say(
        "the grader had to stop it there, as it printed too much: does each loop come to an end, "
        "and need all of that be printed?"
    ),
    "zero": say("a Python number is divided by zero."),
    "zero-power": say(
        "zero is raised to a negative power: do the base and the exponent stand in their places?"
    ),
    "key": say("a key is asked for that is not there."),
    "card-memory": say("more of the card's memory is asked for than a submission may have."),
    "card-assert": say(
        "the card found an index, or the number of a class, that lies outside of what there is. The"
        " message may come from a later line; run on the CPU, the code says which index it is."
    ),
    "memory": say("something far too large is made: look at the shapes that meet there."),
    "unfinished": say("something that is called there is not implemented."),
}
