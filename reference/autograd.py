# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
#   tensorgrader:
#     title:
#       en: Automatic differentiation
#       ru: Автоматическое дифференцирование
#     languages: [en, ru]
# ---

# %% [markdown] lang="en"
# # Automatic differentiation
#
# To train a model you need to know how its loss changes when a parameter changes a little: you need
# gradients. PyTorch finds them by itself. It writes down what is done to a tensor, and walks that
# record back from the result to the beginning. This part of PyTorch is called *autograd*.
#
# First you find out which tensors get a gradient, what they may not do any longer, and how a
# gradient is stopped. Then you check autograd against formulas, and see what happens when
# `backward` is called more than once. At the end you take gradient steps by hand, and switch
# autograd off where it is not needed.
#
# **How to work.** Replace each `# YOUR CODE HERE`, together with the `...` beside or below it, and
# leave the code around it as it is. The cell after an exercise is a self-check: it prints what fits
# and what does not, mostly of types, shapes and dtypes, here and there of values. It promises
# nothing: whether an answer is right, on other data too, is seen when it is graded. Exercises 12
# and 13 go on with results of the ones before them, and a wrong result costs points only where it
# was made. All the others stand by themselves: if one resists, go on with the next. Add cells of
# your own and try things out: with autograd, that says more than reading does.
#
# **How to hand in.** Restart the kernel, run all cells from top to bottom, save, and hand in this
# one file, under whatever name it has. It need not be complete: each exercise counts by itself,
# with the points in its heading. If a cell raises an error and stops the run, go on below it; the
# exercises there are graded all the same.
#
# **The notebooks, in order:**
#
# 1. [Tensors](tensors.ipynb)
# 2. **Automatic differentiation** (this one)
# 3. [Layers and activations](layers.ipynb)
# 4. [Gradient descent by hand](gradient_descent.ipynb)

# %% [markdown] lang="ru"
# # Автоматическое дифференцирование
#
# Чтобы обучать модель, нужно знать, как меняется функция потерь, если немного изменить параметр, то
# есть нужны градиенты. PyTorch находит их сам: записывает, что происходит с тензором, а потом
# проходит по этой записи в обратную сторону, от результата к началу. Эта часть PyTorch называется
# *autograd*.
#
# Сначала вы выясните, какие тензоры получают градиент, чего с ними больше нельзя делать и как
# градиент остановить. Затем сверите autograd с формулами и увидите, что бывает, если вызвать
# `backward` не один раз. А в конце вручную сделаете шаги против градиента и научитесь отключать
# autograd там, где он не нужен.
#
# **Как работать.** Замените каждое `# ВАШ КОД ЗДЕСЬ` вместе с многоточием `...`, которое стоит
# рядом или строкой ниже, а остальной код оставьте как есть. Ячейка под заданием — самопроверка: она
# печатает, что сходится, а что нет; чаще всего речь о типе, форме и dtype, кое-где и о значениях.
# Она ничего не обещает: верен ли ответ, в том числе на других данных, станет ясно при проверке.
# Задания 12 и 13 продолжают предыдущие, причём за неверный результат баллы снимаются только там,
# где он получен. Остальные задания друг от друга не зависят: если одно не получается, переходите к
# следующему. Добавляйте и свои ячейки, чтобы что-нибудь попробовать: об autograd так узнаёшь
# больше, чем из текста.
#
# **Как сдать.** Перезапустите ядро, выполните все ячейки сверху вниз, сохраните ноутбук и сдайте
# этот один файл; как он называется, неважно. Заполнять всё необязательно: каждое задание
# оценивается отдельно, а баллы указаны в его заголовке. Если ячейка упала с ошибкой и остановила
# выполнение, продолжайте со следующей: задания ниже всё равно проверят.
#
# **Все ноутбуки по порядку:**
#
# 1. [Тензоры](tensors.ipynb)
# 2. **Автоматическое дифференцирование** (этот)
# 3. [Слои и функции активации](layers.ipynb)
# 4. [Градиентный спуск своими руками](gradient_descent.ipynb)

# %%
import torch

# %% [markdown] lang="en"
# ## {gradient-of-sum}
#
# A tensor with `requires_grad=True` keeps a record of what is computed from it. Each result has a
# `grad_fn`, the step that made it. `backward()`, called on a single number at the end, walks the
# record back and writes the derivatives into `.grad` of the tensor where it all began. Before that,
# `.grad` is `None`. The record is also called the *computation graph*.

# %% [markdown] lang="ru"
# ## {gradient-of-sum}
#
# Тензор с `requires_grad=True` ведёт запись о том, что из него вычисляют. У каждого результата есть
# `grad_fn` — шаг, на котором он получен. Если в конце вычислений стоит одно число, вызовите у него
# `backward()`: он пройдёт по записи назад и положит производные в `.grad` того тензора, с которого
# всё началось. До этого в `.grad` лежит `None`. Такую запись называют *вычислительным графом*, а
# о тензоре с `requires_grad=True` мы будем говорить, что для него включены градиенты.

# %%
a = torch.tensor([[1.0, 3.0], [-2.0, 0.5]], requires_grad=True)
shifted = a + 1
total = shifted.sum()
print(shifted)
print(total, a.grad)

total.backward()
print(a.grad)

# %% [markdown] lang="en"
# When an element of `a` grows by a little, the sum grows by just as much: all derivatives are 1.
# The gradient has the shape of `a`, one number for each element.
#
# Write `gradient_of_sum(f, x)`. It gets a function `f`, which makes a tensor of a tensor, and a
# tensor `x` that does not require gradients. It returns the gradient of the sum of all elements of
# `f(x)` with respect to `x`. The tensor `x` itself stays as it was: whoever calls your function
# again with the same `x` gets the same result. `x.clone()` gives a copy with numbers of its own,
# and `t.requires_grad_()` lets a tensor `t` require gradients from now on.
#
# *Checked:* `slopes`, and your function with other functions `f`, called more than once.

# %% [markdown] lang="ru"
# Если один из элементов `a` немного увеличить, сумма увеличится ровно на столько же, поэтому все
# производные равны 1. Форма у градиента та же, что у `a`: по числу на каждый элемент.
#
# Напишите функцию `gradient_of_sum(f, x)`. Она получает функцию `f`, которая делает из тензора
# тензор, и тензор `x`, для которого градиенты не включены. Возвращает она градиент суммы всех
# элементов `f(x)` по `x`. Сам `x` должен остаться прежним: кто ещё раз вызовет вашу функцию с тем
# же `x`, получит тот же результат. `x.clone()` создаёт копию с собственными числами, а
# `t.requires_grad_()` включает градиенты для тензора `t`.
#
# *Проверяется:* `slopes` и ваша функция с другими функциями `f`, в том числе при повторном вызове.

# %%
#| exercise: gradient-of-sum
#| title:
#|   en: The gradient of a sum
#|   ru: Градиент суммы
#| points: 2
#| checks:
#|   - slopes
#|   - expr: "(lambda x: [gradient_of_sum(torch.exp, x), gradient_of_sum(torch.exp, x), x])(numbers.clone())"
#|     title:
#|       en: Called twice on the same numbers, which stay as they are
#|       ru: Два вызова на одних и тех же числах, которые не меняются
#|     hidden: true
#|     points: 2
#|     aspects: [type, shape, dtype, values, requires_grad]
#|     given: |
#|       numbers = torch.randn(2, 4)
#|   - expr: "gradient_of_sum(lambda x: x @ x.T + 3 * x[0, 0], table)"
#|     title:
#|       en: A function of a matrix
#|       ru: Функция от матрицы
#|     hidden: true
#|     points: 2
#|     given: |
#|       table = torch.randn(3, 5)
#| properties:
#|   - property: torch.allclose(slopes, points.cos())
#|     title:
#|       en: The slope of the sine is the cosine
#|       ru: Производная синуса — косинус
#|   - property: not points.requires_grad and slopes.shape == points.shape
#|     title:
#|       en: points has stayed as it was
#|       ru: points остался прежним
torch.manual_seed(1)
points = torch.randn(6)


def gradient_of_sum(f, x):
    ### BEGIN SOLUTION
    leaf = x.clone().requires_grad_()
    f(leaf).sum().backward()
    return leaf.grad
    ### END SOLUTION


slopes = gradient_of_sum(torch.sin, points)
print(slopes, points.cos(), sep="\n")

# %%
#| mistake: gradient-of-sum
#| name: mean-not-sum
#| help:
#|   en: "Call your function with `lambda x: x` and vectors of different lengths. By how much does the sum grow when one element grows by 1, and what do you get?"
#|   ru: "Вызовите свою функцию с `lambda x: x` и векторами разной длины. На сколько вырастет сумма, если один элемент вырастет на 1, и что получается у вас?"
leaf = x.clone().requires_grad_()
f(leaf).mean().backward()
return leaf.grad

# %%
#| mistake: gradient-of-sum
#| name: input-itself
#| help:
#|   en: "Call your function twice with the same `x`, and print `x` and `x.grad` after each call. What was still there when the second call began?"
#|   ru: "Вызовите свою функцию дважды с одним и тем же `x` и после каждого вызова выведите `x` и `x.grad`. Что уже лежало там к началу второго вызова?"
x.requires_grad_()
f(x).sum().backward()
return x.grad

# %%
#| mistake: gradient-of-sum
#| name: one-element-only
#| help:
#|   en: "On which number do you call `backward()`? Does each element of `f(x)` have a part in it?"
#|   ru: "У какого числа вы вызываете `backward()`? Вносит ли в него вклад каждый элемент `f(x)`?"
leaf = x.clone().requires_grad_()
f(leaf).flatten()[0].backward()
return leaf.grad

# %%
#| mistake: gradient-of-sum
#| name: value-not-gradient
#| help:
#|   en: "Compare your result with `f(x)` for the same `x`. Which of the two did you want: the values, or how fast they change?"
#|   ru: "Сравните свой результат с `f(x)` для того же `x`. Что вам было нужно: сами значения или то, как быстро они меняются?"
leaf = x.clone().requires_grad_()
y = f(leaf)
y.sum().backward()
return y.detach() if y.shape == x.shape else y.detach().sum()

# %%
#| alternative: gradient-of-sum
#| name: autograd-grad
copy = x.detach().clone()
copy.requires_grad = True
return torch.autograd.grad(torch.sum(f(copy)), copy)[0]

# %%
#| alternative: gradient-of-sum
#| name: vector-of-ones
start = torch.tensor(x.tolist(), dtype=x.dtype, requires_grad=True)
y = f(start)
y.backward(torch.ones_like(y))
return start.grad

# %%
#| alternative: gradient-of-sum
#| name: element-by-element
leaf = x.clone().requires_grad_()
total = 0
for element in f(leaf).flatten():
    total = total + element
total.backward()
return leaf.grad

# %% [markdown] lang="en"
# ## {leaves}
#
# A tensor that you make yourself is a *leaf*: the record begins with it. A tensor that was computed
# from one that requires gradients is a result, and has a `grad_fn`. What nobody records is a leaf
# as well, even if it was computed. Look at five tensors after one `backward()`:

# %% [markdown] lang="ru"
# ## {leaves}
#
# Тензор, который вы создали сами, — *листовой* (leaf): с него запись начинается. Тензор,
# вычисленный из другого, для которого включены градиенты, — это результат, и у него есть `grad_fn`.
# А если записи никто не ведёт, тензор тоже считается листовым, даже когда он вычислен. Посмотрите
# на пять тензоров после одного вызова `backward()`:

# %%
x = torch.tensor([1.0, 2.0])
w = torch.tensor([3.0, -1.0], requires_grad=True)
k = x * 10
z = w * k
y = z.sum()
y.backward()

for name, tensor in {"x": x, "w": w, "k": k, "z": z, "y": y}.items():
    print(name, tensor.requires_grad, tensor.is_leaf, tensor.grad_fn is not None, tensor.grad)

# %% [markdown] lang="en"
# The derivatives with respect to `z` were needed on the way, and then thrown away; asked for
# `z.grad`, PyTorch warns and gives `None`. If you want to keep them, call `z.retain_grad()` before
# `backward()`. We do not do that here.
#
# Write `receives(tensor)`: `True` if a `backward()` to come, on something computed from this
# tensor, will write into the tensor's `.grad`, else `False`. What lies in `.grad` now does not
# matter: some of the tensors have been through a `backward()` before, others have not.
#
# *Checked:* `answers`, and your function on other tensors.

# %% [markdown] lang="ru"
# Производные по `z` понадобились по дороге, но потом их выбросили; если спросить `z.grad`, PyTorch
# выдаст предупреждение и вернёт `None`. Чтобы их сохранить, нужно до `backward()` вызвать
# `z.retain_grad()`. Здесь мы этого не делаем.
#
# Напишите функцию `receives(tensor)`. Она возвращает `True`, если будущий вызов `backward()` у
# чего-то вычисленного из этого тензора запишет градиент в его `.grad`, и `False`, если нет. Что
# лежит в `.grad` сейчас, неважно: через одни тензоры `backward()` уже проходил, через другие — ещё
# нет.
#
# *Проверяется:* `answers` и ваша функция на других тензорах.

# %%
#| exercise: leaves
#| title:
#|   en: Who gets a gradient
#|   ru: Кто получает градиент
#| points: 2
#| checks:
#|   - expr: answers
#|     hidden: true
#|     constant: true
#|   - expr: "[receives(t) for t in (plain, plain.exp(), fresh, used, frozen)]"
#|     title:
#|       en: "receives: leaves, some of them with something in .grad"
#|       ru: "receives: листья, у некоторых уже что-то лежит в .grad"
#|     hidden: true
#|     constant: true
#|     points: 2
#|     given: |
#|       plain, fresh = torch.randn(3), torch.randn(3, requires_grad=True)
#|       used, frozen = torch.randn(2, requires_grad=True), torch.randn(4)
#|       used.grad, frozen.grad = torch.randn(2), torch.randn(4)
#|   - expr: "[receives(t) for t in (fresh * plain, plain + 1, fresh.detach(), fresh, (plain + 1).requires_grad_(), fresh[0])]"
#|     title:
#|       en: "receives: results, detached tensors, new leaves"
#|       ru: "receives: результаты, отсоединённые тензоры, новые листья"
#|     hidden: true
#|     constant: true
#|     points: 2
#|     given: |
#|       plain, fresh = torch.randn(3), torch.randn(3, requires_grad=True)
#| properties:
#|   - property: all(type(one) is bool for one in answers)
#|     title:
#|       en: Each answer is True or False
#|       ru: Каждый ответ — True или False
x = torch.tensor([1.0, 2.0])
w = torch.tensor([3.0, -1.0]).requires_grad_()
z = w * x


def receives(tensor):
    ### BEGIN SOLUTION
    return tensor.is_leaf and tensor.requires_grad
    ### END SOLUTION


answers = [receives(x), receives(w), receives(z)]
print(answers)

# %%
#| mistake: leaves
#| name: whoever-requires
#| help:
#|   en: "Look at `z` in the table above. Does your function give for it what was seen in its `.grad`?"
#|   ru: "Посмотрите в таблице выше на строку `z`. Согласуется ли ответ вашей функции с тем, что оказалось в `.grad`?"
return tensor.requires_grad

# %%
#| mistake: leaves
#| name: every-leaf
#| help:
#|   en: "Look at `x` and `k` in the table above. What sets them apart from `w`, and does your function ask for it?"
#|   ru: "Посмотрите в таблице выше на строки `x` и `k`. Чем эти тензоры отличаются от `w` и спрашивает ли об этом ваша функция?"
return tensor.is_leaf

# %%
#| mistake: leaves
#| name: what-is-there-now
#| help:
#|   en: "Call your function on `w` before a `backward()` and after it. Did anything about the tensor itself change, or only what has been written so far?"
#|   ru: "Вызовите свою функцию для `w` до `backward()` и после. Изменилось ли что-то в самом тензоре или только в том, что уже записано?"
return tensor.is_leaf and tensor.grad is not None

# %%
#| mistake: leaves
#| name: results
#| help:
#|   en: "In the table above, which of the tensors had a gradient at the end, one that was computed or one that you made?"
#|   ru: "У какого из тензоров в таблице выше в конце оказался градиент: у вычисленного или у того, который вы создали сами?"
return tensor.grad_fn is not None

# %%
#| mistake: leaves
#| name: either-is-enough
#| help:
#|   en: "For `x`, `w` and `z`, write down `is_leaf` and `requires_grad`. Is one of the two enough for a gradient to be written?"
#|   ru: "Выпишите для `x`, `w` и `z` значения `is_leaf` и `requires_grad`. Достаточно ли чего-то одного, чтобы градиент записался?"
return tensor.is_leaf or tensor.requires_grad

# %%
#| alternative: leaves
#| name: no-grad-fn
if tensor.grad_fn is None:
    return tensor.requires_grad
return False

# %%
#| alternative: leaves
#| name: tried-on-a-sum
before = tensor.grad
if not tensor.requires_grad or not tensor.is_leaf:
    return False
tensor.grad = None
tensor.sum().backward()
found = tensor.grad is not None
tensor.grad = before
return found

# %% [markdown] lang="en"
# ## {leaf-rules}
#
# Tensors in a record have to follow rules. Break one, and PyTorch raises an error. To look at an
# error without stopping the notebook, use `error_of`; it tells the error's name:

# %% [markdown] lang="ru"
# ## {leaf-rules}
#
# Тензоры, о которых ведётся запись, подчиняются правилам. Нарушите правило — и PyTorch вызовет
# ошибку. Чтобы разглядеть ошибку и не прервать при этом работу ноутбука, пользуйтесь функцией
# `error_of`: она сообщает имя ошибки.

# %%
# en: Calls action(*inputs) and returns the name of the error that comes of it, or "no error".
# ru: Вызывает action(*inputs) и возвращает имя возникшей ошибки или "no error", если её не было.
def error_of(action, *inputs):
    try:
        action(*inputs)
    except Exception as error:
        return type(error).__name__
    return "no error"


def integers_with_gradient():
    return torch.tensor([1, 2, 3], requires_grad=True)


print(error_of(len, 3))
print(error_of(integers_with_gradient))

# %% [markdown] lang="en"
# The last line is the first rule: only floating-point (and complex) tensors can require gradients.
#
# Two more rules are about two actions: to switch a tensor's `requires_grad` off, and to change its
# numbers in place, as `+=` does. They stand below as functions. Try both on a plain tensor `x`, on
# a leaf `w` that requires gradients, and on a result `z`. Put what `error_of` says for `x`, `w` and
# `z`, in this order, into the lists `switch_errors` and `change_errors`. Take fresh tensors for
# each try: some actions succeed, and then the tensor is no longer what it was.
#
# Now put the rules into words of Python. `can_switch_off(tensor)` and `can_change(tensor)` give
# `True` if the action would go well, else `False`, and leave the tensor exactly as it was. The
# tensors are of the kinds of `x`, `w` and `z`: floating point, and not parts of others.
#
# *Checked:* both lists, and both functions on other tensors, which have to stay as they were.

# %% [markdown] lang="ru"
# Последняя строка — это первое правило: градиенты бывают только у вещественных (и комплексных)
# тензоров.
#
# Ещё два правила касаются двух действий: выключить у тензора `requires_grad` и изменить его числа
# на месте, как это делает `+=`. Ниже оба записаны как функции. Попробуйте их на обычном тензоре
# `x`, на листовом тензоре `w`, для которого градиенты включены, и на результате `z`. То, что
# `error_of` сообщит для `x`, `w` и `z`, запишите в этом порядке в списки `switch_errors` и
# `change_errors`. Для каждой попытки берите новые тензоры: если действие удалось, тензор уже не
# тот.
#
# Теперь выразите правила на языке Python. Функции `can_switch_off(tensor)` и `can_change(tensor)`
# возвращают `True`, если действие прошло бы без ошибки, и `False`, если нет, а сам тензор оставляют
# в точности таким, каким он был. Тензоры — такого же рода, что `x`, `w` и `z`: вещественные и не
# части других тензоров.
#
# *Проверяется:* оба списка, а также обе функции на других тензорах, которые не должны измениться.

# %%
#| exercise: leaf-rules
#| title:
#|   en: Rules for leaves and results
#|   ru: Правила для листовых тензоров и результатов
#| points: 3
#| checks:
#|   - expr: switch_errors
#|     constant: true
#|   - expr: change_errors
#|     constant: true
#|   - expr: "(lambda x, w: [[can_switch_off(t), t] for t in (x, w, w * 2, x + 1, w.detach())])(numbers.clone(), numbers.clone().requires_grad_())"
#|     title:
#|       en: "can_switch_off: leaves and results, which stay as they were"
#|       ru: "can_switch_off: листья и результаты, которые остаются прежними"
#|     hidden: true
#|     points: 3
#|     aspects: [type, shape, dtype, values, requires_grad]
#|     given: |
#|       numbers = torch.randn(3)
#|   - expr: "(lambda x, w: [[can_change(t), t] for t in (x, w, w * 2, x + 1, w.detach())])(numbers.clone(), numbers.clone().requires_grad_())"
#|     title:
#|       en: "can_change: leaves and results, which stay as they were"
#|       ru: "can_change: листья и результаты, которые остаются прежними"
#|     hidden: true
#|     points: 3
#|     aspects: [type, shape, dtype, values, requires_grad]
#|     given: |
#|       numbers = torch.randn(2, 3)
#| blank: |
#|   switch_errors = ...  # YOUR CODE HERE
#|   change_errors = ...  # YOUR CODE HERE
#|
#|
#|   def can_switch_off(tensor):
#|       ...  # YOUR CODE HERE
#|
#|
#|   def can_change(tensor):
#|       ...  # YOUR CODE HERE
def switch_off(tensor):
    tensor.requires_grad = False


def add_one(tensor):
    tensor += 1


def fresh_tensors():
    x = torch.tensor([1.0, 2.0])
    w = torch.tensor([3.0, -1.0]).requires_grad_()
    return [x, w, w * x]


### BEGIN SOLUTION
switch_errors = [error_of(switch_off, tensor) for tensor in fresh_tensors()]
change_errors = [error_of(add_one, tensor) for tensor in fresh_tensors()]


def can_switch_off(tensor):
    return tensor.is_leaf


def can_change(tensor):
    return not (tensor.is_leaf and tensor.requires_grad)
### END SOLUTION

# %%
#| mistake: leaf-rules
#| name: switched-off-already
#| help:
#|   en: "Compare `can_switch_off` with your own `switch_errors`, tensor by tensor. For which of the three do they disagree?"
#|   ru: "Сравните `can_switch_off` со своим же списком `switch_errors`, тензор за тензором. На каком из трёх они расходятся?"
def can_switch_off(tensor):
    return not tensor.requires_grad

# %%
#| mistake: leaf-rules
#| name: nothing-with-gradients
#| help:
#|   en: "Compare `can_change` with your own `change_errors`, tensor by tensor. Are all tensors that require gradients treated alike there?"
#|   ru: "Сравните `can_change` со своим же списком `change_errors`, тензор за тензором. Одинаково ли обходятся там со всеми тензорами, для которых градиенты включены?"
def can_change(tensor):
    return not tensor.requires_grad

# %%
#| mistake: leaf-rules
#| name: no-leaf
#| help:
#|   en: "A tensor that has nothing to do with gradients: is it a leaf? May it be changed in place, and what does your `can_change` say?"
#|   ru: "Возьмите тензор, который с градиентами никак не связан. Листовой ли он? Можно ли изменить его на месте и что говорит ваша `can_change`?"
def can_change(tensor):
    return not tensor.is_leaf

# %%
#| mistake: leaf-rules
#| name: tried-on-it
#| help:
#|   en: "Print a tensor before and after you ask your function about it. Is it still the same?"
#|   ru: "Выведите тензор до того, как спросить о нём вашу функцию, и после. Остался ли он прежним?"
def can_switch_off(tensor):
    return error_of(switch_off, tensor) == "no error"


def can_change(tensor):
    return error_of(add_one, tensor) == "no error"

# %%
#| mistake: leaf-rules
#| name: one-set-of-tensors
#| help:
#|   en: "Print `w` and `z` between your tries. Were they, for the second action, still what they had been for the first?"
#|   ru: "Выведите `w` и `z` между попытками. Были ли они ко второму действию всё ещё теми же, что к первому?"
same = fresh_tensors()
switch_errors = [error_of(switch_off, tensor) for tensor in same]
change_errors = [error_of(add_one, tensor) for tensor in same]

# %%
#| alternative: leaf-rules
#| name: by-grad-fn
switch_errors, change_errors = [], []
for tensor in fresh_tensors():
    change_errors.append(error_of(add_one, tensor))
for tensor in fresh_tensors():
    switch_errors.append(error_of(switch_off, tensor))


def can_switch_off(tensor):
    return tensor.grad_fn is None


def can_change(tensor):
    return tensor.grad_fn is not None or not tensor.requires_grad

# %%
#| alternative: leaf-rules
#| name: tried-on-a-copy
switch_errors = ["no error", "no error", "RuntimeError"]
change_errors = ["no error", "RuntimeError", "no error"]


def _likeness(tensor):
    copy = tensor.detach().clone().requires_grad_(tensor.requires_grad)
    return copy if tensor.is_leaf else copy * 1


def can_switch_off(tensor):
    return error_of(switch_off, _likeness(tensor)) == "no error"


def can_change(tensor):
    return error_of(add_one, _likeness(tensor)) == "no error"

# %% [markdown] lang="en"
# ## {detach}
#
# The rules have reasons. If `requires_grad` of a result could be switched off, the record would
# lose a link in the middle. And if a leaf were changed, its gradient would belong to numbers that
# are gone.
#
# To leave the record there is `detach`. `z.detach()` has the same numbers as `z`, but no past. What
# is computed from it may have a gradient of its own; nothing reaches what lies behind the cut:

# %% [markdown] lang="ru"
# ## {detach}
#
# У этих правил есть причины. Если бы у результата можно было выключить `requires_grad`, в середине
# записи пропало бы звено. А если бы изменился листовой тензор, его градиент относился бы к числам,
# которых уже нет.
#
# Чтобы выйти из записи, есть `detach`. У `z.detach()` те же числа, что и у `z`, но нет прошлого. У
# того, что вычислено из него дальше, может быть свой градиент, но до того, что осталось за местом
# обрыва, ничего не дойдёт:

# %%
w = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)
z = w + 1
k = z.detach()
print(z.requires_grad, k.requires_grad)

y = 3 * k
y.requires_grad = True
y.sum().backward()
print(y.grad, w.grad)

k[0] = 100.0
print(z)

# %% [markdown] lang="en"
# `y` could be made to require gradients, since it is a leaf. And the last line shows a trap:
# `detach` copies nothing, `k` and `z` share their numbers.
#
# Write two functions.
#
# - `snapshot(w)` gives the numbers that `w` has now, as a tensor that does not require gradients
#   and stays the same whatever happens to `w` later. That is how one keeps the parameters of a
#   model during training.
# - `weighted_sum(x)` gives, for a vector `x`, the number $\sum_i p_i x_i$ with the weights
#   $p = \mathrm{softmax}(x)$ (`torch.softmax(x, dim=0)`). For the gradient, the weights are to
#   count as constants, as if they had not been computed from `x`.
#
# *Checked:* `weighted_sum(x)` below, and both functions on other data: values, gradients, and what
# becomes of the snapshot.

# %% [markdown] lang="ru"
# Для `y` градиенты включить удалось, потому что это листовой тензор. А в последней строке видна
# ловушка: `detach` ничего не копирует, числа у `k` и `z` общие.
#
# Напишите две функции.
#
# - `snapshot(w)` возвращает те числа, которые лежат в `w` сейчас, в виде тензора, для которого
#   градиенты не включены и который останется прежним, что бы потом ни произошло с `w`. Так по ходу
#   обучения сохраняют параметры модели.
# - `weighted_sum(x)` возвращает для вектора `x` число $\sum_i p_i x_i$ с весами
#   $p = \mathrm{softmax}(x)$ (`torch.softmax(x, dim=0)`). При вычислении градиента веса должны
#   считаться постоянными, как если бы они не были вычислены из `x`.
#
# *Проверяется:* `weighted_sum(x)` для `x` ниже и обе функции на других данных: значения, градиенты
# и то, что происходит с сохранённым тензором.

# %%
#| exercise: detach
#| title:
#|   en: "Cutting the record: detach"
#|   ru: "Обрываем запись: detach"
#| points: 3
#| checks:
#|   - expr: weighted_sum(x)
#|     public: true
#|     aspects: [type, shape, dtype, values, requires_grad]
#|   - expr: "(lambda w: [snapshot(w), w.detach().mul_(-2), w])(numbers.clone().requires_grad_())"
#|     title:
#|       en: A snapshot of a tensor that is changed afterwards
#|       ru: Снимок тензора, который потом изменился
#|     hidden: true
#|     points: 2
#|     aspects: [type, shape, dtype, values, requires_grad]
#|     given: |
#|       numbers = torch.randn(2, 3)
#|   - expr: "(lambda x: [weighted_sum(x), (weighted_sum(x) * 2).backward(), x])(scores.clone().requires_grad_())"
#|     title:
#|       en: "weighted_sum: the value and the gradient"
#|       ru: "weighted_sum: значение и градиент"
#|     hidden: true
#|     points: 3
#|     aspects: [type, shape, dtype, values, requires_grad, grad]
#|     given: |
#|       scores = torch.randn(7)
#| properties:
#|   - property: not snapshot(x).requires_grad and torch.equal(snapshot(x), x)
#|     title:
#|       en: "snapshot: the same numbers, without gradients"
#|       ru: "snapshot: те же числа, без градиента"
#| blank: |
#|   def snapshot(w):
#|       ...  # YOUR CODE HERE
#|
#|
#|   def weighted_sum(x):
#|       ...  # YOUR CODE HERE
torch.manual_seed(4)
x = torch.randn(5).requires_grad_()


### BEGIN SOLUTION
def snapshot(w):
    return w.detach().clone()


def weighted_sum(x):
    weights = torch.softmax(x, dim=0).detach()
    return (weights * x).sum()
### END SOLUTION

# %%
#| mistake: detach
#| name: nothing-detached
#| help:
#|   en: "Your values are right. If the weights are constants, the gradient is the weights themselves. Compare the two: through what else does your gradient flow?"
#|   ru: "Значения верны. Если веса постоянны, то градиент — это сами веса. Сравните их с вашим градиентом: через что ещё он проходит?"
def weighted_sum(x):
    return (torch.softmax(x, dim=0) * x).sum()

# %%
#| mistake: detach
#| name: other-factor-detached
#| help:
#|   en: "Your values are right. Which of the two factors counts as a constant in your function: the weights, or what is weighted?"
#|   ru: "Значения верны. Какой из двух множителей у вас считается постоянным: веса или то, что взвешивают?"
def weighted_sum(x):
    return (torch.softmax(x, dim=0) * x.detach()).sum()

# %%
#| mistake: detach
#| name: shared-snapshot
#| help:
#|   en: "Take a snapshot of a tensor, change the tensor in place, and print the snapshot. Whose numbers does it show?"
#|   ru: "Сделайте снимок тензора, измените сам тензор на месте и выведите снимок. Чьи числа он показывает?"
def snapshot(w):
    return w.detach()

# %%
#| mistake: detach
#| name: snapshot-with-a-past
#| help:
#|   en: "Print your snapshot together with its `requires_grad`. Does it still take part in a record?"
#|   ru: "Выведите снимок вместе с его `requires_grad`. Не участвует ли он всё ещё в чьей-то записи?"
def snapshot(w):
    return w.clone()

# %%
#| alternative: detach
#| name: no-grad
def snapshot(w):
    with torch.no_grad():
        return w.clone()


def weighted_sum(x):
    with torch.no_grad():
        weights = x.exp() / x.exp().sum()
    return weights @ x

# %%
#| alternative: detach
#| name: detached-before
def snapshot(w):
    return w.clone().detach()


def weighted_sum(x):
    return torch.dot(x, torch.softmax(x.detach(), dim=0))

# %%
#| alternative: detach
#| name: through-lists
def snapshot(w):
    return torch.tensor(w.tolist())


def weighted_sum(x):
    total = 0.0
    for weight, number in zip(torch.softmax(x, dim=0).tolist(), x):
        total = total + weight * number
    return total

# %% [markdown] lang="en"
# ## {frozen}
#
# Not every tensor in a computation has to require gradients. The data of a model usually do not,
# its parameters do. A result requires gradients as soon as *one* of the tensors that it is made of
# does, and `backward()` fills `.grad` for those alone:

# %% [markdown] lang="ru"
# ## {frozen}
#
# Градиенты нужны не всем тензорам, которые участвуют в вычислении. У данных их обычно нет, у
# параметров модели есть. Для результата градиенты включены, если они включены хотя бы для *одного*
# из тензоров, из которых он получен, а `backward()` заполняет `.grad` только у таких тензоров:

# %%
x = torch.tensor([2.0, 5.0])
w = torch.tensor([1.0, -1.0], requires_grad=True)
y = (x * w).sum()
print(x.requires_grad, w.requires_grad, y.requires_grad)

y.backward()
print(x.grad, w.grad)

# %% [markdown] lang="en"
# This is how a part of a model is *frozen*: its parameters take part in the prediction, but are not
# trained.
#
# Write `gradients(loss_of, tensors, frozen)`. `tensors` is a dictionary: names and tensors, none of
# which requires gradients. `loss_of` is a function that makes a loss, a single number, of such a
# dictionary. `frozen` is a list of names. Your function returns a dictionary with *all* the names:
# for a frozen one `None`, for each of the others the gradient of the loss with respect to that
# tensor. At least one is not frozen, and the loss depends on each that is not. The tensors in
# `tensors` stay as they are.
#
# *Checked:* `found`, and your function with other losses and names.

# %% [markdown] lang="ru"
# Так *замораживают* часть модели: её параметры участвуют в предсказании, но не обучаются.
#
# Напишите функцию `gradients(loss_of, tensors, frozen)`. `tensors` — словарь из имён и тензоров, ни
# для одного из которых градиенты не включены. `loss_of` — функция, которая вычисляет по такому
# словарю функцию потерь, одно число. `frozen` — список имён. Ваша функция возвращает словарь со
# *всеми* именами: для замороженных в нём `None`, для остальных — градиент функции потерь по этому
# тензору. Хотя бы один тензор не заморожен, и функция потерь зависит от каждого незамороженного.
# Сами тензоры в `tensors` должны остаться прежними.
#
# *Проверяется:* `found` и ваша функция с другими функциями потерь и другими именами.

# %%
#| exercise: frozen
#| title:
#|   en: Frozen tensors
#|   ru: Замороженные тензоры
#| points: 2
#| checks:
#|   - found
#|   - expr: "gradients(lambda t: (t['a'] * t['b'] ** 2).sum() + t['c'].exp().sum(), {'a': one, 'b': two, 'c': three}, ['b'])"
#|     title:
#|       en: Three tensors, one of them frozen
#|       ru: Три тензора, один из них заморожен
#|     hidden: true
#|     points: 2
#|     given: |
#|       one, two, three = torch.randn(3), torch.randn(3), torch.randn(2, 2)
#|   - expr: "gradients(lambda t: ((t['u'] @ t['v']) ** 3).mean(), {'u': left, 'v': right}, ['u'])"
#|     title:
#|       en: Two tensors, one of them frozen
#|       ru: Два тензора, один из них заморожен
#|     hidden: true
#|     given: |
#|       left, right = torch.randn(4, 3), torch.randn(3)
#|   - expr: "gradients(lambda t: (t['u'] @ t['v']).sum() * t['u'].sum(), {'u': left, 'v': right}, [])"
#|     title:
#|       en: Two tensors, none of them frozen
#|       ru: Два тензора, ни один не заморожен
#|     hidden: true
#|     given: |
#|       left, right = torch.randn(2, 3), torch.randn(3, 4)
#| properties:
#|   - property: found["x"] is None and found["b"] is None and found["w"].shape == (3,)
#|     title:
#|       en: A gradient for w alone
#|       ru: Градиент есть только у w
torch.manual_seed(5)
tensors = {"x": torch.randn(4, 3), "w": torch.randn(3), "b": torch.randn(1)}


def mean_of_squares(tensors):
    return torch.mean((tensors["x"] @ tensors["w"] + tensors["b"]) ** 2)


def gradients(loss_of, tensors, frozen):
    ### BEGIN SOLUTION
    leaves = {}
    for name, tensor in tensors.items():
        leaves[name] = tensor.clone().requires_grad_(name not in frozen)
    loss_of(leaves).backward()
    return {name: leaf.grad for name, leaf in leaves.items()}
    ### END SOLUTION


found = gradients(mean_of_squares, tensors, ["x", "b"])

# %%
#| mistake: frozen
#| name: all-thawed
#| help:
#|   en: "Which entries of your dictionary are `None`? Compare them with the list of names that your function was given."
#|   ru: "Какие значения в вашем словаре равны `None`? Сравните их со списком имён, который получила функция."
leaves = {name: tensor.clone().requires_grad_() for name, tensor in tensors.items()}
loss_of(leaves).backward()
return {name: leaf.grad for name, leaf in leaves.items()}

# %%
#| mistake: frozen
#| name: zeros-for-frozen
#| help:
#|   en: "What does PyTorch put into the `.grad` of a tensor that does not require gradients, and what do you put there?"
#|   ru: "Что PyTorch оставляет в `.grad` тензора, для которого градиенты не включены, а что записываете вы?"
leaves = {name: tensor.clone().requires_grad_() for name, tensor in tensors.items()}
loss_of(leaves).backward()
return {name: x.grad * (name not in frozen) for name, x in leaves.items()}

# %%
#| mistake: frozen
#| name: frozen-trained
#| help:
#|   en: "Take a single name into `frozen` and see which entry gets a gradient. Who is trained, and who is left alone?"
#|   ru: "Поместите в `frozen` одно имя и посмотрите, у какого тензора появился градиент. Кто обучается, а кого не трогают?"
leaves = {name: x.clone().requires_grad_(name in frozen) for name, x in tensors.items()}
loss = loss_of(leaves)
if loss.requires_grad:
    loss.backward()
return {name: leaf.grad for name, leaf in leaves.items()}

# %%
#| mistake: frozen
#| name: frozen-left-out
#| help:
#|   en: "How many names go into your function, and how many come out?"
#|   ru: "Сколько имён ваша функция получает и сколько возвращает?"
leaves = {name: x.clone().requires_grad_(name not in frozen) for name, x in tensors.items()}
loss_of(leaves).backward()
return {name: leaf.grad for name, leaf in leaves.items() if name not in frozen}

# %%
#| alternative: frozen
#| name: autograd-grad
learning = {k: x.clone().requires_grad_() for k, x in tensors.items() if k not in frozen}
found = torch.autograd.grad(loss_of({**tensors, **learning}), list(learning.values()))
return {**dict.fromkeys(tensors), **dict(zip(learning, found))}

# %%
#| alternative: frozen
#| name: frozen-detached
leaves = {name: x.clone().requires_grad_() for name, x in tensors.items()}
used = {name: x.detach() if name in frozen else x for name, x in leaves.items()}
loss_of(used).backward()
return {name: x.grad for name, x in leaves.items()}

# %%
#| alternative: frozen
#| name: one-at-a-time
result = {}
for name in tensors:
    result[name] = None
    if name not in frozen:
        leaf = tensors[name].detach().clone().requires_grad_()
        loss_of(tensors | {name: leaf}).backward()
        result[name] = leaf.grad
return result

# %% [markdown] lang="en"
# ## {rows}
#
# Autograd records assignments to elements as well. A tensor can be made empty, with whatever
# numbers happen to lie there (`torch.empty`), and then be filled piece by piece; the gradient finds
# its way back through the pieces:

# %% [markdown] lang="ru"
# ## {rows}
#
# Присваивания элементам autograd тоже записывает. Можно создать пустой тензор, в котором лежат
# случайно оказавшиеся там числа (`torch.empty`), и заполнить его по частям; градиент пройдёт
# обратно через каждую часть:

# %%
a = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)
pieces = torch.empty(2)
print(pieces.requires_grad)

pieces[0] = a[0] * a[1]
pieces[1] = a[2] ** 2
print(pieces)

pieces.sum().backward()
print(a.grad)

# %% [markdown] lang="en"
# A matrix `w` of shape `(n, m)` and a vector `x` of shape `(m,)` have the product
# $z_i = \sum_j w_{ij} x_j$, a vector of shape `(n,)`. Write two functions that compute it:
#
# - `by_rows(w, x)` fills an empty tensor, one row of `w` after the other;
# - `at_once(w, x)` does it with one matrix product, without a loop.
#
# From either result the gradient has to reach `w`. Compare both values and both gradients: they
# should agree but for rounding.
#
# *Checked:* both functions on the data below and on other data, their values and the gradients of
# `w`.

# %% [markdown] lang="ru"
# Произведение матрицы `w` формы `(n, m)` и вектора `x` формы `(m,)` — это вектор формы `(n,)`:
# $z_i = \sum_j w_{ij} x_j$. Напишите две функции, которые его вычисляют:
#
# - `by_rows(w, x)` заполняет пустой тензор, беря строки `w` одну за другой;
# - `at_once(w, x)` обходится одним матричным умножением, без цикла.
#
# В обоих случаях градиент должен дойти от результата до `w`. Сравните и значения, и градиенты: они
# должны совпасть с точностью до округления.
#
# *Проверяется:* обе функции на данных ниже и на других данных: значения и градиенты по `w`.

# %%
#| exercise: rows
#| title:
#|   en: Row by row, or all at once
#|   ru: Построчно или всё сразу
#| points: 3
#| checks:
#|   - by_rows(w, x)
#|   - expr: at_once(w, x)
#|     public: true
#|   - expr: "(lambda w: [by_rows(w, x), (by_rows(w, x) ** 2).sum().backward(), w])(matrix.clone().requires_grad_())"
#|     title:
#|       en: "by_rows: the value and the gradient"
#|       ru: "by_rows: значение и градиент"
#|     hidden: true
#|     points: 2
#|     aspects: [type, shape, dtype, values, requires_grad, grad]
#|     given: |
#|       matrix, x = torch.randn(4, 6), torch.randn(6)
#|   - expr: "(lambda w: [at_once(w, x), (at_once(w, x) ** 2).sum().backward(), w])(matrix.clone().requires_grad_())"
#|     title:
#|       en: "at_once: the value and the gradient"
#|       ru: "at_once: значение и градиент"
#|     hidden: true
#|     points: 2
#|     aspects: [type, shape, dtype, values, requires_grad, grad]
#|     given: |
#|       matrix, x = torch.randn(3, 2), torch.randn(2)
#|   - expr: "(lambda w: [by_rows(w, x), at_once(w, x)])(square.clone().requires_grad_())"
#|     title:
#|       en: Both functions with a square matrix
#|       ru: Обе функции с квадратной матрицей
#|     hidden: true
#|     aspects: [type, shape, dtype, values, requires_grad]
#|     given: |
#|       square, x = torch.randn(3, 3), torch.randn(3)
#| properties:
#|   - property: torch.allclose(by_rows(w, x), at_once(w, x))
#|     title:
#|       en: Both functions give the same
#|       ru: Обе функции дают одно и то же
#|   - property: by_rows(w, x).requires_grad and at_once(w, x).requires_grad
#|     title:
#|       en: The gradient can find its way back
#|       ru: Градиент может пройти обратно
#| blank: |
#|   def by_rows(w, x):
#|       ...  # YOUR CODE HERE
#|
#|
#|   def at_once(w, x):
#|       ...  # YOUR CODE HERE
torch.manual_seed(6)
x = torch.rand(5)
w = torch.rand(3, 5).requires_grad_()


### BEGIN SOLUTION
def by_rows(w, x):
    z = torch.empty(len(w))
    for i in range(len(w)):
        z[i] = (w[i] * x).sum()
    return z


def at_once(w, x):
    return w @ x
### END SOLUTION

# %%
#| mistake: rows
#| name: through-item
#| help:
#|   en: "Print the result of `by_rows` and look for its `grad_fn`. What do you put into the tensor: a tensor, or a plain number that knows nothing of `w`?"
#|   ru: "Выведите результат `by_rows` и поищите его `grad_fn`. Что вы кладёте в тензор: тензор или обычное число, которое о `w` ничего не знает?"
def by_rows(w, x):
    return torch.tensor([torch.sum(row * x).item() for row in w])

# %%
#| mistake: rows
#| name: product-of-sums
#| help:
#|   en: "Take a row `1, -1` and a vector `2, 2.5` and compute by hand. What is multiplied in the formula, single numbers or sums?"
#|   ru: "Возьмите строку `1, -1` и вектор `2, 2.5` и посчитайте вручную. Что в формуле перемножается: отдельные числа или суммы?"
def by_rows(w, x):
    z = torch.empty(len(w))
    for i in range(len(w)):
        z[i] = torch.sum(w[i]) * torch.sum(x)
    return z

# %%
#| mistake: rows
#| name: not-added-up
#| help:
#|   en: "Compare the shapes of your two results. Which operation of the formula is missing in `at_once`?"
#|   ru: "Сравните формы двух ваших результатов. Какого действия из формулы не хватает в `at_once`?"
def at_once(w, x):
    return w * x

# %%
#| mistake: rows
#| name: added-over-rows
#| help:
#|   en: "Compare the shapes of your two results. Along which axis does `at_once` add up, and which index is summed over in the formula?"
#|   ru: "Сравните формы двух ваших результатов. Вдоль какой оси складывает `at_once` и по какому индексу идёт сумма в формуле?"
def at_once(w, x):
    return (w * x).sum(dim=0)

# %%
#| mistake: rows
#| name: all-in-one
#| help:
#|   en: "How many numbers should come out for a matrix with several rows, and how many does `at_once` give?"
#|   ru: "Сколько чисел должно получиться для матрицы из нескольких строк и сколько даёт `at_once`?"
def at_once(w, x):
    return (w * x).sum()

# %%
#| alternative: rows
#| name: stacked
def by_rows(w, x):
    return torch.stack([row @ x for row in w])


def at_once(w, x):
    return x @ w.T

# %%
#| alternative: rows
#| name: zeros-filled
def by_rows(w, x):
    z = torch.zeros(w.shape[0])
    for i, row in enumerate(w):
        z[i] += torch.dot(row, x)
    return z


def at_once(w, x):
    return torch.einsum("ij,j->i", w, x)

# %%
#| alternative: rows
#| name: column
def by_rows(w, x):
    return torch.cat([(w[i : i + 1] * x).sum(dim=1) for i in range(w.shape[0])])


def at_once(w, x):
    return (w @ x.reshape(-1, 1)).squeeze(1)

# %% [markdown] lang="en"
# ## {formulas}
#
# A gradient that you can derive yourself is the best test of a gradient that was computed. Begin
# with a difference. If `a` grows, `a - b` grows by as much; if `b` grows, it falls by as much:

# %% [markdown] lang="ru"
# ## {formulas}
#
# Вычисленный градиент лучше всего проверять по тому, который вы можете вывести сами. Начнём с
# разности. Если растёт `a`, то `a - b` растёт на столько же, а если растёт `b` — на столько же
# убывает:

# %%
a = torch.rand(2, 3, requires_grad=True)
b = torch.rand(2, 3, requires_grad=True)
torch.sum(a - b).backward()
print(a.grad, b.grad, sep="\n")

# %% [markdown] lang="en"
# Derive three more gradients with pen and paper. Each function gets `a` and `b` of the same shape
# and returns two tensors of that shape, the gradients with respect to `a` and to `b`:
#
# - `of_square(a, b)` for $\sum (a - b)^2$;
# - `of_product(a, b)` for the *mean* of all the products $a b$;
# - `of_reuse(a, b)` for $\sum (a b + a)$. Here `a` is used twice, and what comes back on the two
#   ways is added up.
#
# These functions work without autograd: they are called with gradients switched off. Compare them
# with autograd in a cell of your own.
#
# *Checked:* the three functions on the data below and on other data.

# %% [markdown] lang="ru"
# Выведите на бумаге ещё три градиента. Каждая функция получает `a` и `b` одинаковой формы и
# возвращает два тензора той же формы — градиенты по `a` и по `b`:
#
# - `of_square(a, b)` для $\sum (a - b)^2$;
# - `of_product(a, b)` для *среднего* всех произведений $a b$;
# - `of_reuse(a, b)` для $\sum (a b + a)$. Здесь `a` участвует дважды, и то, что приходит обратно по
#   двум путям, складывается.
#
# Эти функции обходятся без autograd: при проверке градиенты отключены. Сравните их с autograd в
# собственной ячейке.
#
# *Проверяется:* все три функции на данных ниже и на других данных.

# %%
#| exercise: formulas
#| title:
#|   en: Autograd against formulas
#|   ru: Autograd против формул
#| points: 3
#| checks:
#|   - of_square(a, b)
#|   - of_product(a, b)
#|   - of_reuse(a, b)
#|   - expr: torch.no_grad()(of_square)(first, second)
#|     title:
#|       en: "of_square: other data, gradients switched off"
#|       ru: "of_square: другие данные, запись градиентов выключена"
#|     hidden: true
#|     points: 2
#|     given: |
#|       first, second = torch.randn(4), torch.randn(4)
#|   - expr: torch.no_grad()(of_product)(first, second)
#|     title:
#|       en: "of_product: other data, gradients switched off"
#|       ru: "of_product: другие данные, запись градиентов выключена"
#|     hidden: true
#|     points: 2
#|     given: |
#|       first, second = torch.randn(4, 6), torch.randn(4, 6)
#|   - expr: torch.no_grad()(of_reuse)(first, second)
#|     title:
#|       en: "of_reuse: other data, gradients switched off"
#|       ru: "of_reuse: другие данные, запись градиентов выключена"
#|     hidden: true
#|     points: 2
#|     given: |
#|       first, second = torch.randn(2, 3, 2), torch.randn(2, 3, 2)
#| properties:
#|   - property: torch.allclose(of_square(a, b)[0], -of_square(a, b)[1])
#|     title:
#|       en: "of_square: the two gradients are opposite"
#|       ru: "of_square: два градиента противоположны"
#| forbid:
#|   - torch.autograd
#|   - torch.func
#|   - torch.enable_grad
#|   - torch.set_grad_enabled
#| blank: |
#|   def of_square(a, b):
#|       ...  # YOUR CODE HERE
#|
#|
#|   def of_product(a, b):
#|       ...  # YOUR CODE HERE
#|
#|
#|   def of_reuse(a, b):
#|       ...  # YOUR CODE HERE
torch.manual_seed(7)
a, b = torch.rand(3, 5), torch.rand(3, 5)


### BEGIN SOLUTION
def of_square(a, b):
    return 2 * (a - b), -2 * (a - b)


def of_product(a, b):
    return b / a.numel(), a / a.numel()


def of_reuse(a, b):
    return b + 1, a
### END SOLUTION

# %%
#| mistake: formulas
#| name: no-factor-two
#| help:
#|   en: "Compare your `of_square` with autograd by dividing one by the other. What becomes of the exponent when a square is differentiated?"
#|   ru: "Сравните `of_square` с autograd: разделите одно на другое. Что происходит с показателем степени, когда дифференцируют квадрат?"
def of_square(a, b):
    return a - b, b - a

# %%
#| mistake: formulas
#| name: same-sign
#| help:
#|   en: "Let `a` be larger than `b`. Does the square of the difference grow or shrink when `b` grows? And what does your `of_square` say?"
#|   ru: "Пусть `a` больше `b`. Растёт или убывает квадрат разности, когда растёт `b`? А что говорит ваша `of_square`?"
def of_square(a, b):
    return 2 * (a - b), 2 * (a - b)

# %%
#| mistake: formulas
#| name: sum-not-mean
#| help:
#|   en: "Compare your `of_product` with autograd for tensors of two sizes. Which operation over all products stands in the task?"
#|   ru: "Сравните `of_product` с autograd на тензорах двух размеров. Какая операция над всеми произведениями стоит в задании?"
def of_product(a, b):
    return b, a

# %%
#| mistake: formulas
#| name: fifteen
#| help:
#|   en: "Your `of_product` is right for the tensors of this notebook. Is there a number in it that you should rather ask the tensors for?"
#|   ru: "Для тензоров из ноутбука ваша `of_product` верна. Нет ли в ней числа, которое лучше узнать у самих тензоров?"
def of_product(a, b):
    return b / 15, a / 15

# %%
#| mistake: formulas
#| name: second-way-forgotten
#| help:
#|   en: "Set `b` to zeros. Does the sum of `of_reuse` still change when `a` grows, and what does your gradient with respect to `a` say?"
#|   ru: "Возьмите в качестве `b` нули. Меняется ли и тогда сумма из `of_reuse`, когда растёт `a`, и что говорит ваш градиент по `a`?"
def of_reuse(a, b):
    return b, a

# %%
#| alternative: formulas
#| name: written-out
def of_square(a, b):
    return 2 * a - 2 * b, 2 * b - 2 * a


def of_product(a, b):
    n = 1
    for length in a.shape:
        n *= length
    return torch.div(b, n), torch.div(a, n)


def of_reuse(a, b):
    return torch.ones_like(a) + b, a.clone()

# %%
#| alternative: formulas
#| name: multiplied
def of_square(a, b):
    error = (a - b).mul(2)
    return error, error.neg()


def of_product(a, b):
    share = torch.full_like(a, 1 / a.numel())
    return b * share, a * share


def of_reuse(a, b):
    return 1.0 + b, 1.0 * a

# %% [markdown] lang="en"
# ## {accumulation}
#
# `backward()` does not replace what lies in `.grad`, it adds to it. Sometimes that is wanted: a
# loss may be computed in parts, each with a `backward()` of its own. More often it is a trap, and
# `.grad` has to be emptied in between:

# %% [markdown] lang="ru"
# ## {accumulation}
#
# `backward()` не заменяет то, что лежит в `.grad`, а прибавляет к нему. Иногда это и нужно: функцию
# потерь можно вычислять по частям и для каждой части вызывать свой `backward()`. Но чаще это
# ловушка, и между вызовами `.grad` приходится обнулять:

# %%
w = torch.tensor([1.0, 2.0]).requires_grad_()
(10 * w).sum().backward()
kept = w.grad
print(w.grad)

(3 * w).sum().backward()
print(w.grad, kept)

w.grad.zero_()
print(w.grad)
(3 * w).sum().backward()
print(w.grad, kept)

# %% [markdown] lang="en"
# Look at `kept` too: it is no copy of the first gradient, but another name for `w.grad`, which goes
# on changing.
#
# Write two functions. Both get a list of functions, `losses`, each of which makes a single number
# of a tensor, and a tensor `x` that does not require gradients. Both call `backward()` for one loss
# after the other and return a list of gradients, one for each call:
#
# - `accumulated(losses, x)`: what lies in `.grad` after each call, with nothing emptied;
# - `separate(losses, x)`: the gradient of each loss by itself.
#
# For $\sum a^2$ and $\sum a$ these are $2a$ and $2a + 1$ for the first function, $2a$ and ones for
# the second.
#
# *Checked:* `sums` and `parts`, and both functions with other losses.

# %% [markdown] lang="ru"
# Обратите внимание и на `kept`: это не сохранённая копия первого градиента, а другое имя для
# `w.grad`, который продолжает меняться.
#
# Напишите две функции. Обе получают список функций `losses`, каждая из которых вычисляет по тензору
# одно число, и тензор `x`, для которого градиенты не включены. Обе вызывают `backward()` для одной
# функции потерь за другой и возвращают список градиентов, по одному на каждый вызов:
#
# - `accumulated(losses, x)`: то, что лежит в `.grad` после каждого вызова, если ничего не обнулять;
# - `separate(losses, x)`: градиент каждой функции потерь самой по себе.
#
# Для $\sum a^2$ и $\sum a$ первая функция даёт $2a$ и $2a + 1$, вторая — $2a$ и единицы.
#
# *Проверяется:* `sums` и `parts`, а также обе функции с другими функциями потерь.

# %%
#| exercise: accumulation
#| title:
#|   en: Gradients add up
#|   ru: Градиенты накапливаются
#| points: 3
#| checks:
#|   - sums
#|   - parts
#|   - expr: "accumulated([lambda x: x.exp().sum(), lambda x: (x ** 3).mean(), lambda x: x[0]], numbers)"
#|     title:
#|       en: "accumulated: three other losses"
#|       ru: "accumulated: три другие функции потерь"
#|     hidden: true
#|     points: 2
#|     given: |
#|       numbers = torch.randn(4)
#|   - expr: "separate([lambda x: (x @ x.T).sum(), lambda x: x.sin().sum(), lambda x: x.max()], numbers)"
#|     title:
#|       en: "separate: three other losses"
#|       ru: "separate: три другие функции потерь"
#|     hidden: true
#|     points: 2
#|     given: |
#|       numbers = torch.randn(3, 2)
#| properties:
#|   - torch.allclose(sums[1], 2 * a + 1)
#|   - torch.allclose(parts[1], torch.ones(3, 5))
#| blank: |
#|   def accumulated(losses, x):
#|       ...  # YOUR CODE HERE
#|
#|
#|   def separate(losses, x):
#|       ...  # YOUR CODE HERE
torch.manual_seed(8)
a = torch.rand(3, 5)


def sum_of_squares(x):
    return torch.sum(x * x)


### BEGIN SOLUTION
def accumulated(losses, x):
    x = x.clone().requires_grad_()
    gradients = []
    for loss_of in losses:
        loss_of(x).backward()
        gradients.append(x.grad.clone())
    return gradients


def separate(losses, x):
    x = x.clone().requires_grad_()
    gradients = []
    for loss_of in losses:
        loss_of(x).backward()
        gradients.append(x.grad.clone())
        x.grad.zero_()
    return gradients
### END SOLUTION


sums = accumulated([sum_of_squares, torch.sum], a)
parts = separate([sum_of_squares, torch.sum], a)

# %%
#| mistake: accumulation
#| name: always-the-last
#| help:
#|   en: "Compare the entries of the list that `accumulated` returns with one another. Are they different tensors, or one tensor under several names?"
#|   ru: "Сравните между собой элементы списка, который возвращает `accumulated`. Это разные тензоры или один тензор под несколькими именами?"
def accumulated(losses, x):
    x = x.clone().requires_grad_()
    gradients = []
    for loss_of in losses:
        loss_of(x).backward()
        gradients.append(x.grad)
    return gradients

# %%
#| mistake: accumulation
#| name: emptied-in-the-list
#| help:
#|   en: "Print what you put into the list in `separate`, once when you put it there and once at the end. Who emptied it?"
#|   ru: "Выведите то, что вы кладёте в список в функции `separate`: один раз сразу и ещё раз в самом конце. Кто это обнулил?"
def separate(losses, x):
    x = x.clone().requires_grad_()
    gradients = []
    for loss_of in losses:
        loss_of(x).backward()
        gradients.append(x.grad)
        x.grad.zero_()
    return gradients

# %%
#| mistake: accumulation
#| name: never-emptied
#| help:
#|   en: "Compare the lists that your two functions return. If they are the same, what happens to `.grad` between two calls in `separate`?"
#|   ru: "Сравните списки, которые возвращают две ваши функции. Если они одинаковы, что происходит с `.grad` между двумя вызовами в `separate`?"
def separate(losses, x):
    x = x.clone().requires_grad_()
    gradients = []
    for loss_of in losses:
        loss_of(x).backward()
        gradients.append(x.grad.clone())
    return gradients

# %%
#| mistake: accumulation
#| name: emptied-in-both
#| help:
#|   en: "Compare the lists that your two functions return. If they are the same, is anything adding up in `accumulated`?"
#|   ru: "Сравните списки, которые возвращают две ваши функции. Если они одинаковы, накапливается ли что-нибудь в `accumulated`?"
def accumulated(losses, x):
    gradients = []
    for loss_of in losses:
        leaf = x.clone().requires_grad_()
        loss_of(leaf).backward()
        gradients.append(leaf.grad)
    return gradients

# %%
#| alternative: accumulation
#| name: fresh-leaves
def separate(losses, x):
    gradients = []
    for loss_of in losses:
        leaf = x.clone().requires_grad_()
        loss_of(leaf).backward()
        gradients.append(leaf.grad)
    return gradients


def accumulated(losses, x):
    gradients = []
    for gradient in separate(losses, x):
        gradients.append(gradient + gradients[-1] if gradients else gradient)
    return gradients

# %%
#| alternative: accumulation
#| name: set-to-none
def accumulated(losses, x):
    leaf = x.clone().requires_grad_()
    return [(loss_of(leaf).backward(), 1 * leaf.grad)[1] for loss_of in losses]


def separate(losses, x):
    leaf = x.clone().requires_grad_()
    gradients = []
    for loss_of in losses:
        leaf.grad = None
        loss_of(leaf).backward()
        gradients.append(leaf.grad)
    return gradients

# %%
#| alternative: accumulation
#| name: autograd-grad
def separate(losses, x):
    x = x.clone().requires_grad_()
    return [torch.autograd.grad(loss_of(x), x)[0] for loss_of in losses]


def accumulated(losses, x):
    x = x.clone().requires_grad_()
    sums = [sum(loss_of(x) for loss_of in losses[: n + 1]) for n in range(len(losses))]
    return [torch.autograd.grad(total, x, retain_graph=True)[0] for total in sums]

# %% [markdown] lang="en"
# ## {second-backward}
#
# On the way back PyTorch needs numbers of the way there: for $x^2$ the derivative is $2x$, so `x`
# is saved. Factors are saved too, even in a plain `3 * x`. After `backward()` the saved numbers are
# dropped, to free the memory. A second `backward()` through the same steps then finds them gone.
# `retain_graph=True` keeps them:

# %% [markdown] lang="ru"
# ## {second-backward}
#
# На обратном пути PyTorch нужны числа, полученные на прямом пути: производная $x^2$ — это $2x$,
# поэтому `x` сохраняется. Сохраняются и числа, на которые умножают, даже если это просто `3 * x`.
# После `backward()` сохранённые числа выбрасываются, чтобы освободить память. Второй `backward()`
# через те же шаги их уже не находит. Сохранить их можно с помощью `retain_graph=True`:

# %%
w = torch.tensor([1.0, 2.0], requires_grad=True)
cubes = (w**3).sum()
cubes.backward(retain_graph=True)
cubes.backward()
print(w.grad)

# %% [markdown] lang="en"
# Both calls found what they needed, and their gradients, $3w^2$ each, were added up.
#
# 1. Write `again(loss_of, x)`. It computes the loss `loss_of(x)` once, for a copy of `x` with
#    gradients switched on, calls `backward()` on it without any options, and returns what
#    `error_of` says of a second such call. Try it on several losses. Is there always an error? Why
#    not?
# 2. Two losses often share the first part of their computation. Write `for_each(part, losses, x)`:
#    it computes `part(x)` *once*, since that may take long, and returns a list with the gradient
#    with respect to `x` of each loss by itself; `losses` is a list of functions of `part(x)`.
#
# *Checked:* `error`, `both`, and the two functions on other data; also, how often `part` was
# called.

# %% [markdown] lang="ru"
# Оба вызова нашли всё, что нужно, и их градиенты — каждый равен $3w^2$ — сложились.
#
# 1. Напишите функцию `again(loss_of, x)`. Она один раз вычисляет функцию потерь `loss_of(x)` для
#    копии `x` с включёнными градиентами, вызывает у результата `backward()` без аргументов и
#    возвращает то, что `error_of` скажет о втором таком же вызове. Попробуйте её на разных функциях
#    потерь. Всегда ли возникает ошибка? Почему не всегда?
# 2. У двух функций потерь часто общее начало. Напишите `for_each(part, losses, x)`: функция
#    вычисляет `part(x)` *один раз*, потому что это может быть долго, и возвращает список, в котором
#    для каждой функции потерь лежит её собственный градиент по `x`; `losses` — список функций от
#    `part(x)`.
#
# *Проверяется:* `error`, `both` и обе функции на других данных, а также то, сколько раз вызвана
# `part`.

# %%
#| exercise: second-backward
#| title:
#|   en: The same way back twice
#|   ru: Дважды назад одной дорогой
#| points: 3
#| checks:
#|   - expr: error
#|     constant: true
#|   - both
#|   - expr: "[again(f, numbers) for f in (torch.sum, lambda x: x.exp().sum(), lambda x: (x + 1).mean(), lambda x: (x * x).sum(), lambda x: (2 * x - 1)[0])]"
#|     title:
#|       en: "again: five other losses"
#|       ru: "again: пять других функций потерь"
#|     hidden: true
#|     constant: true
#|     points: 2
#|     given: |
#|       numbers = torch.randn(4)
#|   - expr: "(lambda calls: [for_each(lambda x: calls.append(1) or x ** 2 + x, [lambda z: (z ** 3).sum(), lambda z: z.exp().mean(), torch.prod], numbers), len(calls)])([])"
#|     title:
#|       en: "for_each: three losses, and how often the first part is called"
#|       ru: "for_each: три функции потерь и сколько раз вызвана общая часть"
#|     hidden: true
#|     points: 3
#|     given: |
#|       numbers = torch.randn(3)
#| properties:
#|   - property: torch.allclose(both[0], x.cos())
#|     title:
#|       en: "for_each: the gradient of the sum of sines"
#|       ru: "for_each: градиент суммы синусов"
#| blank: |
#|   def again(loss_of, x):
#|       ...  # YOUR CODE HERE
#|
#|
#|   def for_each(part, losses, x):
#|       ...  # YOUR CODE HERE
torch.manual_seed(9)
x = torch.randn(3)


def sum_of_cubes(x):
    return torch.sum(x**3)


### BEGIN SOLUTION
def again(loss_of, x):
    loss = loss_of(x.clone().requires_grad_())
    loss.backward()
    return error_of(loss.backward)


def for_each(part, losses, x):
    leaf = x.clone().requires_grad_()
    common = part(leaf)
    gradients = []
    for loss_of in losses:
        leaf.grad = None
        loss_of(common).backward(retain_graph=True)
        gradients.append(leaf.grad)
    return gradients
### END SOLUTION


error = again(sum_of_cubes, x)
both = for_each(torch.sin, [torch.sum, sum_of_cubes], x)
print(error, both)

# %%
#| mistake: second-backward
#| name: computed-anew
#| help:
#|   en: "How often does your `again` call `loss_of`? Does its second `backward()` go back through the same steps as the first, or through new ones?"
#|   ru: "Сколько раз ваша `again` вызывает `loss_of`? Идёт ли второй `backward()` назад через те же шаги, что и первый, или через новые?"
def again(loss_of, x):
    leaf = x.clone().requires_grad_()
    loss_of(leaf).backward()
    return error_of(loss_of(leaf).backward)

# %%
#| mistake: second-backward
#| name: part-for-each
#| help:
#|   en: "Your gradients are right. Let `part` print something when it is called: how often do you see it?"
#|   ru: "Градиенты верны. Пусть `part` при каждом вызове что-нибудь печатает: сколько раз вы это увидите?"
def for_each(part, losses, x):
    gradients = []
    for loss_of in losses:
        leaf = x.clone().requires_grad_()
        loss_of(part(leaf)).backward()
        gradients.append(leaf.grad)
    return gradients

# %%
#| mistake: second-backward
#| name: added-up
#| help:
#|   en: "Call `for_each` with one and the same loss twice in the list. Should the two gradients be equal, and are they?"
#|   ru: "Вызовите `for_each`, включив в список дважды одну и ту же функцию потерь. Должны ли градиенты совпасть и совпали ли они?"
def for_each(part, losses, x):
    leaf = x.clone().requires_grad_()
    common = part(leaf)
    gradients = []
    for loss_of in losses:
        loss_of(common).backward(retain_graph=True)
        gradients.append(leaf.grad.clone())
    return gradients

# %%
#| mistake: second-backward
#| name: one-backward-for-all
#| help:
#|   en: "Call `for_each` with two quite different losses. Do their gradients differ? How many times did you go back?"
#|   ru: "Вызовите `for_each` с двумя совсем разными функциями потерь. Различаются ли их градиенты? Сколько раз вы прошли назад?"
def for_each(part, losses, x):
    leaf = x.clone().requires_grad_()
    common = part(leaf)
    sum(loss_of(common) for loss_of in losses).backward()
    return [leaf.grad for _ in losses]

# %%
#| mistake: second-backward
#| name: for-the-part
#| help:
#|   en: "With respect to what did you differentiate in `for_each`: with respect to `x`, or to `part(x)`?"
#|   ru: "По чему вы дифференцировали в `for_each`: по `x` или по `part(x)`?"
def for_each(part, losses, x):
    common = part(x).requires_grad_()
    gradients = []
    for loss_of in losses:
        common.grad = None
        loss_of(common).backward()
        gradients.append(common.grad)
    return gradients

# %%
#| mistake: second-backward
#| name: emptied-in-the-list
#| help:
#|   en: "Print your whole list in every turn of the loop. Why does what was put into it earlier change?"
#|   ru: "Выводите весь свой список на каждом шаге цикла. Почему меняется то, что попало в него раньше?"
def for_each(part, losses, x):
    leaf = x.clone().requires_grad_()
    common = part(leaf)
    gradients = []
    for loss_of in losses:
        if leaf.grad is not None:
            leaf.grad.zero_()
        loss_of(common).backward(retain_graph=True)
        gradients.append(leaf.grad)
    return gradients

# %%
#| alternative: second-backward
#| name: autograd-grad
def again(loss_of, x):
    copy = x.detach().clone()
    copy.requires_grad = True
    loss = loss_of(copy)
    loss.backward()
    try:
        loss.backward()
    except RuntimeError:
        return "RuntimeError"
    return "no error"


def for_each(part, losses, x):
    copy = x.detach().clone()
    copy.requires_grad = True
    z = part(copy)
    return [torch.autograd.grad(f(z), copy, retain_graph=True)[0] for f in losses]

# %%
#| alternative: second-backward
#| name: back-in-two-parts
def for_each(part, losses, x):
    leaf = x.clone().requires_grad_()
    common = part(leaf)
    gradients = []
    for loss_of in losses:
        cut = common.detach().requires_grad_()
        loss_of(cut).backward()
        common.backward(cut.grad, retain_graph=True)
        gradients.append(leaf.grad.clone())
        leaf.grad.zero_()
    return gradients

# %% [markdown] lang="en"
# ## {jacobian}
#
# `backward()` wants a single number. A vector has no one gradient: each of its elements has one.
# You may say how much each element counts: `z.backward(weights)`, with weights of the shape of `z`,
# does what `(z * weights).sum().backward()` would do:

# %% [markdown] lang="ru"
# ## {jacobian}
#
# `backward()` нужно одно число. Единого градиента у вектора нет: у каждого его элемента он свой. Но
# можно сказать, с каким весом учитывать каждый элемент: `z.backward(weights)` с весами такой же
# формы, как `z`, делает то же, что сделал бы `(z * weights).sum().backward()`:

# %%
a = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)
z = a * a
z.backward(torch.tensor([1.0, 10.0, -1.0]))
print(a.grad)

# %% [markdown] lang="en"
# All gradients of a vector together make the *Jacobian matrix*: the element in row $i$ and column
# $j$ is the derivative of $z_i$ with respect to $x_j$.
#
# 1. Put into `vector_error` the name of the error that `backward()` without an argument raises for
#    a vector of more than one element.
# 2. Write `jacobian(f, x)` for a function `f` that makes a vector of a vector, and a vector `x`
#    that does not require gradients. The result has the shape `(n, m)`, where `n` is the length of
#    `f(x)` and `m` that of `x`.
#
# *Checked:* `vector_error`, `table`, and `jacobian` for other functions.

# %% [markdown] lang="ru"
# Все градиенты вектора вместе составляют *матрицу Якоби*: на пересечении строки $i$ и столбца $j$
# стоит производная $z_i$ по $x_j$.
#
# 1. Запишите в `vector_error` имя ошибки, которую вызывает `backward()` без аргумента для вектора,
#    в котором больше одного элемента.
# 2. Напишите `jacobian(f, x)` для функции `f`, которая делает из вектора вектор, и вектора `x`, для
#    которого градиенты не включены. Форма результата — `(n, m)`, где `n` — длина `f(x)`, а `m` —
#    длина `x`.
#
# *Проверяется:* `vector_error`, `table` и `jacobian` для других функций.

# %%
#| exercise: jacobian
#| title:
#|   en: Back from a vector
#|   ru: Назад от вектора
#| points: 3
#| checks:
#|   - expr: vector_error
#|     constant: true
#|   - expr: table
#|     public: true
#|   - expr: "jacobian(lambda x: torch.stack([x[0] * x[1], x[1] * x[2] ** 2, x.prod(), x[3] + x[0]]), numbers)"
#|     title:
#|       en: Four functions of four numbers
#|       ru: Четыре функции от четырёх чисел
#|     hidden: true
#|     points: 3
#|     given: |
#|       numbers = torch.randn(4)
#|   - expr: "jacobian(lambda x: (x @ matrix) ** 2, numbers)"
#|     title:
#|       en: A matrix with more columns than rows
#|       ru: Матрица, у которой столбцов больше, чем строк
#|     hidden: true
#|     points: 2
#|     given: |
#|       numbers, matrix = torch.randn(2), torch.randn(2, 5)
#| blank: |
#|   vector_error = ...  # YOUR CODE HERE
#|
#|
#|   def jacobian(f, x):
#|       ...  # YOUR CODE HERE
torch.manual_seed(10)
point = torch.randn(3)


def twins(x):
    return torch.stack([x[0] * x[1], x[2] ** 2 - x[0]])


### BEGIN SOLUTION
vector_error = error_of(twins(point.clone().requires_grad_()).backward)


def jacobian(f, x):
    leaf = x.clone().requires_grad_()
    rows = []
    for element in f(leaf):
        leaf.grad = None
        element.backward(retain_graph=True)
        rows.append(leaf.grad)
    return torch.stack(rows)
### END SOLUTION


table = jacobian(twins, point)
print(table)

# %%
#| mistake: jacobian
#| name: rows-added-up
#| help:
#|   en: "Your first row is right. What lies in `.grad` when you go back from the second element?"
#|   ru: "Первая строка верна. Что лежит в `.grad`, когда вы идёте назад от второго элемента?"
def jacobian(f, x):
    leaf = x.clone().requires_grad_()
    rows = []
    for element in f(leaf):
        element.backward(retain_graph=True)
        rows.append(leaf.grad.clone())
    return torch.stack(rows)

# %%
#| mistake: jacobian
#| name: rows-all-alike
#| help:
#|   en: "All your rows are equal. Is it several tensors that you put together at the end, or one and the same?"
#|   ru: "Все строки у вас одинаковы. Что вы собираете в конце: несколько тензоров или один и тот же?"
def jacobian(f, x):
    leaf = x.clone().requires_grad_()
    rows = []
    for element in f(leaf):
        element.backward(retain_graph=True)
        rows.append(leaf.grad)
    return torch.stack(rows)

# %%
#| mistake: jacobian
#| name: rows-as-columns
#| help:
#|   en: "Take a function with one element more than `x` has. What shape do you get? Where do the derivatives of the first element stand?"
#|   ru: "Возьмите функцию, у которой в результате на один элемент больше, чем в `x`. Какая получается форма? Где стоят производные первого элемента?"
def jacobian(f, x):
    leaf = x.clone().requires_grad_()
    columns = []
    for element in f(leaf):
        columns.append(torch.autograd.grad(element, leaf, retain_graph=True)[0])
    return torch.stack(columns, dim=1)

# %%
#| mistake: jacobian
#| name: gradient-of-the-sum
#| help:
#|   en: "How many axes has your result, and how many should a matrix have? Which derivatives were added up to get it?"
#|   ru: "Сколько осей у вашего результата и сколько их должно быть у матрицы? Какие производные в нём сложены?"
def jacobian(f, x):
    leaf = x.clone().requires_grad_()
    y = f(leaf)
    y.backward(torch.ones_like(y))
    return leaf.grad

# %%
#| alternative: jacobian
#| name: library
vector_error = "RuntimeError"


def jacobian(f, x):
    return torch.autograd.functional.jacobian(f, x)

# %%
#| alternative: jacobian
#| name: one-hot
def jacobian(f, x):
    leaf = x.clone().requires_grad_()
    y = f(leaf)
    made = torch.empty(len(y), len(x))
    for i, weights in enumerate(torch.eye(len(y))):
        y.backward(weights, retain_graph=True)
        made[i] = leaf.grad
        leaf.grad.zero_()
    return made

# %%
#| alternative: jacobian
#| name: computed-anew
def jacobian(f, x):
    rows = []
    for i in range(len(f(x))):
        leaf = x.detach().clone().requires_grad_()
        f(leaf)[i].backward()
        rows.append(leaf.grad)
    return torch.cat([row[None] for row in rows])

# %% [markdown] lang="en"
# ## {loss-gradient}
#
# Now to what gradients are for. There is a vector `v` of parameters and a vector `z` of data, and
# the sum $y = \sum_i z_i v_i$ should become 2. How far off it is, the loss says: $(y - 2)^2$, a
# single number. `z` may well consist of whole numbers, `v` may not:

# %% [markdown] lang="ru"
# ## {loss-gradient}
#
# А теперь — то, ради чего нужны градиенты. Есть вектор параметров `v` и вектор данных `z`, и мы
# хотим, чтобы сумма $y = \sum_i z_i v_i$ стала равна 2. Насколько до этого далеко, показывает
# функция потерь $(y - 2)^2$, одно число. В `z` вполне могут быть целые числа, в `v` — нет:

# %%
v = torch.tensor([0.5, -1.0, 2.0], requires_grad=True)
z = torch.tensor([1, 2, 3])
y = torch.sum(z * v)
print(y, y.item())

# %% [markdown] lang="en"
# A tensor with one element hands out its number by `item()`. A tensor that is to be kept should not
# drag its whole record along: it is cut off with `detach`.
#
# Write `loss_and_gradient(v, z)`: the loss and its gradient with respect to `v`, two tensors that
# do not require gradients. The tensor `v` that the function gets does not require gradients and
# stays as it is.
#
# *Checked:* `loss` and `gradient`, and your function on other data.

# %% [markdown] lang="ru"
# Число из тензора с одним элементом можно получить через `item()`. А тензор, который хотят
# сохранить, не должен тащить за собой всю запись: её обрывают с помощью `detach`.
#
# Напишите функцию `loss_and_gradient(v, z)`. Она возвращает значение функции потерь и её градиент
# по `v` — два тензора, для которых градиенты не включены. Для тензора `v`, который получает
# функция, градиенты тоже не включены, и он должен остаться прежним.
#
# *Проверяется:* `loss` и `gradient`, а также ваша функция на других данных.

# %%
#| exercise: loss-gradient
#| title:
#|   en: A loss and its gradient
#|   ru: Функция потерь и её градиент
#| points: 2
#| checks:
#|   - expr: loss
#|     public: true
#|     aspects: [type, shape, dtype, values, requires_grad]
#|     exact_type: true
#|   - expr: gradient
#|     aspects: [type, shape, dtype, values, requires_grad]
#|     exact_type: true
#|   - expr: "[*loss_and_gradient(params, data), params]"
#|     title:
#|       en: Other data; v stays as it is
#|       ru: Другие данные; v не меняется
#|     hidden: true
#|     points: 2
#|     aspects: [type, shape, dtype, values, requires_grad]
#|     exact_type: true
#|     given: |
#|       params, data = torch.randn(5), torch.randn(5)
#|   - expr: "[*loss_and_gradient(params, data), *loss_and_gradient(params, 2 * data)]"
#|     title:
#|       en: Two calls with different data, whole numbers
#|       ru: Два вызова с разными целыми данными
#|     hidden: true
#|     points: 2
#|     aspects: [type, shape, dtype, values, requires_grad]
#|     exact_type: true
#|     given: |
#|       params, data = torch.randn(4), torch.randint(1, 5, (4,))
#| properties:
#|   - property: not loss.requires_grad and not gradient.requires_grad
#|     title:
#|       en: Neither of the two requires gradients
#|       ru: Ни для одного из двух градиент не нужен
#| blank: |
#|   # YOUR CODE HERE
#|   return ..., ...
torch.manual_seed(11)
v, z = torch.rand(3), torch.tensor([1, 2, 3])


def loss_and_gradient(v, z):
    ### BEGIN SOLUTION
    leaf = v.clone().requires_grad_()
    loss = (torch.sum(z * leaf) - 2) ** 2
    loss.backward()
    return loss.detach(), leaf.grad
    ### END SOLUTION


loss, gradient = loss_and_gradient(v, z)
print(loss, gradient)

# %%
#| mistake: loss-gradient
#| name: two-off-each
#| help:
#|   en: "From what is the 2 taken away, and when: from each product, or from the whole sum? How many numbers does your loss square?"
#|   ru: "Из чего и когда вы вычитаете 2: из каждого произведения или из всей суммы? Сколько чисел возводит в квадрат ваша функция потерь?"
leaf = v.clone().requires_grad_()
loss = torch.sum((z * leaf - 2) ** 2)
loss.backward()
return loss.detach(), leaf.grad

# %%
#| mistake: loss-gradient
#| name: not-squared
#| help:
#|   en: "Can your loss become negative? Compare it with the formula."
#|   ru: "Может ли ваша функция потерь стать отрицательной? Сравните её с формулой."
leaf = v.clone().requires_grad_()
loss = torch.sum(z * leaf) - 2
loss.backward()
return loss.detach(), leaf.grad

# %%
#| mistake: loss-gradient
#| name: loss-with-its-record
#| help:
#|   en: "Both numbers are right. Print the loss: does anything of the record still hang on it?"
#|   ru: "Числа верны. Выведите значение функции потерь: не тянется ли за ним всё ещё запись?"
leaf = v.clone().requires_grad_()
loss = (torch.sum(z * leaf) - 2) ** 2
loss.backward()
return loss, leaf.grad

# %%
#| mistake: loss-gradient
#| name: on-v-itself
#| help:
#|   en: "Call your function twice with the same `v` and compare. What does the second call find in `v.grad`?"
#|   ru: "Вызовите свою функцию дважды с одним и тем же `v` и сравните. Что второй вызов находит в `v.grad`?"
v.requires_grad_()
loss = (torch.sum(z * v) - 2) ** 2
loss.backward()
return loss.detach(), v.grad

# %%
#| mistake: loss-gradient
#| name: inner-derivative-forgotten
#| help:
#|   en: "All elements of your gradient are equal. Does `y` grow equally fast with each element of `v`?"
#|   ru: "Все элементы вашего градиента одинаковы. Одинаково ли быстро растёт `y` с каждым из элементов `v`?"
error = torch.sum(z * v) - 2
return error**2, 2 * error * torch.ones_like(v)

# %%
#| alternative: loss-gradient
#| name: by-formula
error = torch.dot(z.to(v.dtype), v) - 2
return error * error, 2 * error * z

# %%
#| alternative: loss-gradient
#| name: autograd-grad
copy = v.detach().clone().requires_grad_()
loss = torch.pow(2 - (copy * z).sum(), 2)
(gradient,) = torch.autograd.grad(loss, copy)
return loss.detach(), gradient

# %%
#| alternative: loss-gradient
#| name: mean-of-one
copy = torch.tensor(v.tolist(), requires_grad=True)
loss = torch.nn.functional.mse_loss((z * copy).sum(), torch.tensor(2.0))
loss.backward()
return torch.tensor(loss.item()), copy.grad

# %% [markdown] lang="en"
# ## {step}
#
# The gradient points to where the loss grows fastest. To make the loss smaller one takes a step the
# other way: the gradient times a number, the *step size*, is taken away, $v - \eta\, g$. That gives
# a new tensor, from which the next loss will be computed, so it has to be ready for the next
# gradient.
#
# Write `step(v, gradient, size)`. It returns where the step leads: a leaf that requires gradients.
# `v` itself stays as it is, and the new tensor is not connected with it; `v` may or may not require
# gradients.
#
# Then take two steps from `v`: a small one and a large one. The gradient is the `gradient` of
# exercise 11; this cell makes `v` anew with the same numbers.
#
# *Checked:* `v_small` and `v_large`, and your function on other data.

# %% [markdown] lang="ru"
# ## {step}
#
# Градиент показывает, в каком направлении функция потерь растёт быстрее всего. Чтобы она стала
# меньше, делают шаг в противоположную сторону: вычитают градиент, умноженный на число, *размер
# шага*: $v - \eta\, g$. Получается новый тензор, по которому потом вычислят следующее значение
# функции потерь, так что он должен быть готов и к следующему градиенту.
#
# Напишите функцию `step(v, gradient, size)`. Она возвращает то, куда ведёт шаг: листовой тензор,
# для которого градиенты включены. Сам `v` остаётся прежним, и новый тензор с ним никак не связан;
# для `v` градиенты могут быть включены, а могут и нет.
#
# Затем сделайте из `v` два шага: маленький и большой. Градиент берётся из задания 11 — это
# `gradient`, а `v` эта ячейка создаёт заново с теми же числами.
#
# *Проверяется:* `v_small` и `v_large`, а также ваша функция на других данных.

# %%
#| exercise: step
#| title:
#|   en: A step
#|   ru: Шаг
#| points: 2
#| checks:
#|   - expr: v_small
#|     aspects: [type, shape, dtype, values, requires_grad]
#|   - expr: v_large
#|     aspects: [type, shape, dtype, values, requires_grad]
#|   - expr: "(lambda v: [step(v, slope, 0.3), step(v, slope, 0.3).is_leaf, v])(params.clone())"
#|     title:
#|       en: A step from a tensor that does not require gradients
#|       ru: Шаг от тензора, для которого градиент не нужен
#|     hidden: true
#|     points: 2
#|     aspects: [type, shape, dtype, values, requires_grad]
#|     given: |
#|       params, slope = torch.randn(4), torch.randn(4)
#|   - expr: "(lambda v: [step(v, slope, 2), step(v, slope, 2).is_leaf, v])(params.clone().requires_grad_())"
#|     title:
#|       en: A step from a tensor that requires gradients
#|       ru: Шаг от тензора, для которого нужен градиент
#|     hidden: true
#|     points: 2
#|     aspects: [type, shape, dtype, values, requires_grad]
#|     given: |
#|       params, slope = torch.randn(2, 3), torch.randn(2, 3)
#| properties:
#|   - v_small.is_leaf and v_small.requires_grad
#|   - property: (v_small - v).norm() < (v_large - v).norm()
#|     title:
#|       en: The small step is shorter than the large one
#|       ru: Маленький шаг короче большого
#| blank: |
#|   def step(v, gradient, size):
#|       ...  # YOUR CODE HERE
#|
#|
#|   v_small, v_large = ..., ...  # YOUR CODE HERE
torch.manual_seed(11)
v = torch.rand(3)
small, large = 0.01, 5


### BEGIN SOLUTION
def step(v, gradient, size):
    return (v - size * gradient).detach().requires_grad_()


v_small, v_large = step(v, gradient, small), step(v, gradient, large)
### END SOLUTION

# %%
#| mistake: step
#| name: uphill
#| help:
#|   en: "Compute the loss before your small step and after it. Did you go down or up?"
#|   ru: "Вычислите функцию потерь до вашего маленького шага и после него. Вы спустились или поднялись?"
def step(v, gradient, size):
    return (v + size * gradient).detach().requires_grad_()


v_small, v_large = step(v, gradient, small), step(v, gradient, large)

# %%
#| mistake: step
#| name: not-ready
#| help:
#|   en: "The numbers are right. Try to compute a gradient with respect to the tensor that you return. Is it ready for that?"
#|   ru: "Числа верны. Попробуйте вычислить градиент по тензору, который вы возвращаете. Готов ли он к этому?"
def step(v, gradient, size):
    return v.detach() - size * gradient


v_small, v_large = step(v, gradient, small), step(v, gradient, large)

# %%
#| mistake: step
#| name: result-not-leaf
#| help:
#|   en: "The numbers are right. Let `v` require gradients and print what you return: does it begin a record, or go on with an old one?"
#|   ru: "Числа верны. Включите градиенты для `v` и выведите то, что возвращает функция: с этого тензора запись начинается или он продолжает старую?"
def step(v, gradient, size):
    moved = v - size * gradient
    return moved if moved.requires_grad else moved.requires_grad_()


v_small, v_large = step(v, gradient, small), step(v, gradient, large)

# %%
#| mistake: step
#| name: v-moved-too
#| help:
#|   en: "Print `v` before you call `step` and after it. Is the place that you started from still there when you take the second step?"
#|   ru: "Выведите `v` до вызова `step` и после него. На месте ли ещё исходная точка, когда вы делаете второй шаг?"
def step(v, gradient, size):
    start = v.detach()
    start -= size * gradient
    return start.clone().requires_grad_()


v_small, v_large = step(v, gradient, small), step(v, gradient, large)

# %%
#| mistake: step
#| name: large-after-small
#| help:
#|   en: "From where does your large step start: from `v`, or from where the small one ended?"
#|   ru: "Откуда начинается ваш большой шаг: из `v` или оттуда, где закончился маленький?"
def step(v, gradient, size):
    return (v - size * gradient).detach().requires_grad_()


v_small = step(v, gradient, small)
v_large = step(v_small, gradient, large)

# %%
#| alternative: step
#| name: no-grad
def step(v, gradient, size):
    with torch.no_grad():
        moved = torch.sub(v, gradient, alpha=size)
    moved.requires_grad = True
    return moved


v_small = step(v, gradient, 0.01)
v_large = step(v, gradient, 5)

# %%
#| alternative: step
#| name: copy-in-place
def step(v, gradient, size):
    moved = v.clone().detach()
    moved -= gradient * size
    return moved.requires_grad_()


v_small, v_large = (step(v, gradient, size) for size in (small, large))

# %% [markdown] lang="en"
# ## {after-step}
#
# Have the steps done any good? Close to where it was computed, a gradient says well how the loss
# changes; further away it does not. Who steps too far comes out on the other side of the valley,
# and may end up higher than before.
#
# 1. Write `losses_after(v, z, sizes)`: a list with the loss of exercise 11, $(\sum_i z_i v_i -
#    2)^2$, after *one* step from `v`, for each step size of the list `sizes`, as Python numbers.
#    Compute the gradient inside the function; it may call your functions of exercises 11 and 12.
#    The tensor `v` does not require gradients and stays as it is.
# 2. Compute the loss at `v_small` and at `v_large`, the results of exercise 12, as Python numbers
#    `loss_small` and `loss_large`. Put the gradient at `v_large` into `gradient_large`. Mind that
#    `v_small` and `v_large` require gradients, while the function of exercise 11 expects a tensor
#    that does not. Compare all of it with `loss` and `gradient`.
#
# *Checked:* `loss_small`, `loss_large`, `gradient_large`, and your function on other data.

# %% [markdown] lang="ru"
# ## {after-step}
#
# Помогли ли шаги? Рядом с той точкой, где градиент вычислен, он хорошо показывает, как меняется
# функция потерь, а вдали — уже нет. Кто шагает слишком далеко, оказывается на другом склоне долины,
# а иногда и выше, чем был.
#
# 1. Напишите функцию `losses_after(v, z, sizes)`. Она возвращает список: значение функции потерь из
#    задания 11, $(\sum_i z_i v_i - 2)^2$, после *одного* шага из `v` для каждого размера шага из
#    списка `sizes`, как числа Python. Градиент вычисляйте внутри функции; функции из заданий 11 и
#    12 вызывать можно. Для тензора `v` градиенты не включены, и он должен остаться прежним.
# 2. Вычислите функцию потерь в точках `v_small` и `v_large`, полученных в задании 12, и запишите её
#    значения как числа Python в `loss_small` и `loss_large`. А в `gradient_large` запишите градиент
#    в точке `v_large`. Учтите: для `v_small` и `v_large` градиенты включены, а функция из задания
#    11 рассчитана на тензор без них. Сравните всё это с `loss` и `gradient`.
#
# *Проверяется:* `loss_small`, `loss_large`, `gradient_large` и ваша функция на других данных.

# %%
#| exercise: after-step
#| title:
#|   en: After the step
#|   ru: После шага
#| points: 3
#| checks:
#|   - expr: loss_small
#|     exact_type: true
#|   - expr: loss_large
#|     exact_type: true
#|   - gradient_large
#|   - expr: "losses_after(params, data, [0.0, 0.02, 0.1, 3.0])"
#|     title:
#|       en: "losses_after: four step sizes, zero among them"
#|       ru: "losses_after: четыре размера шага, среди них ноль"
#|     hidden: true
#|     points: 3
#|     given: |
#|       params, data = torch.randn(4), torch.randn(4)
#|   - expr: "(lambda v: [losses_after(v, data, [0.03]), v])(params.clone())"
#|     title:
#|       en: "losses_after: whole numbers as data; v stays as it is"
#|       ru: "losses_after: целые данные; v не меняется"
#|     hidden: true
#|     points: 2
#|     aspects: [type, shape, dtype, values, requires_grad]
#|     given: |
#|       params, data = torch.randn(6), torch.randint(1, 4, (6,))
#| properties:
#|   - property: loss_small < loss < loss_large
#|     title:
#|       en: The small step lowers the loss, the large one raises it
#|       ru: Маленький шаг уменьшает потери, большой — увеличивает
#| blank: |
#|   def losses_after(v, z, sizes):
#|       ...  # YOUR CODE HERE
#|
#|
#|   loss_small = ...  # YOUR CODE HERE
#|   loss_large = ...  # YOUR CODE HERE
#|   gradient_large = ...  # YOUR CODE HERE
z = torch.tensor([1, 2, 3])


### BEGIN SOLUTION
def loss_at(v, z):
    return (torch.sum(z * v) - 2) ** 2


def slope_at(v, z):
    leaf = v.detach().clone().requires_grad_()
    loss_at(leaf, z).backward()
    return leaf.grad


def losses_after(v, z, sizes):
    slope = slope_at(v, z)
    return [loss_at(v - size * slope, z).item() for size in sizes]


loss_small = loss_at(v_small, z).item()
loss_large = loss_at(v_large, z).item()
gradient_large = slope_at(v_large, z)
### END SOLUTION

# %%
#| mistake: after-step
#| name: step-after-step
#| help:
#|   en: "Call your function with one and the same step size twice in the list. From where does your second step start?"
#|   ru: "Вызовите свою функцию, дважды указав в списке один и тот же размер шага. Откуда начинается ваш второй шаг?"
def losses_after(v, z, sizes):
    losses = []
    for size in sizes:
        v = v - size * slope_at(v, z)
        losses.append(loss_at(v, z).item())
    return losses

# %%
#| mistake: after-step
#| name: uphill
#| help:
#|   en: "Call your function with a few very small step sizes. Do the losses fall or grow with the size?"
#|   ru: "Вызовите свою функцию с несколькими совсем маленькими размерами шага. С ростом размера функция потерь убывает или растёт?"
def losses_after(v, z, sizes):
    return [loss_at(v + size * slope_at(v, z), z).item() for size in sizes]

# %%
#| mistake: after-step
#| name: before-the-step
#| help:
#|   en: "Does your list depend on the step sizes at all? At which point do you compute the loss?"
#|   ru: "Зависит ли ваш список вообще от размеров шага? В какой точке вы вычисляете функцию потерь?"
def losses_after(v, z, sizes):
    return [loss_at(v, z).item() for size in sizes]

# %%
#| mistake: after-step
#| name: gradients-added-up
#| help:
#|   en: "Print `.grad` before each of your steps. All of them start from the same point: should it grow?"
#|   ru: "Выводите `.grad` перед каждым шагом. Все шаги начинаются из одной точки: должен ли он расти?"
def losses_after(v, z, sizes):
    leaf = v.clone().requires_grad_()
    losses = []
    for size in sizes:
        loss_at(leaf, z).backward()
        losses.append(loss_at(v - size * leaf.grad, z).item())
    return losses

# %%
#| mistake: after-step
#| name: gradient-at-small
#| help:
#|   en: "At which of the two points did you compute the gradient? Compare its length with that of `gradient`."
#|   ru: "В какой из двух точек вы вычислили градиент? Сравните его длину с длиной `gradient`."
gradient_large = slope_at(v_small, z)

# %%
#| alternative: after-step
#| name: by-formula
with torch.no_grad():
    loss_small = ((z * v_small).sum() - 2).item() ** 2
    loss_large = float((torch.dot(z.to(v_large.dtype), v_large) - 2) ** 2)
    gradient_large = 2 * ((z * v_large).sum() - 2) * z


def losses_after(v, z, sizes):
    losses = []
    for size in sizes:
        error = (z * v).sum() - 2
        moved = v - size * 2 * error * z
        losses.append(((z * moved).sum() - 2).square().item())
    return losses

# %%
#| alternative: after-step
#| name: in-place
def loss_at(v, z):
    return (torch.sum(z * v) - 2) ** 2


loss_small = loss_at(v_small, z).tolist()
loss_large = loss_at(v_large, z).tolist()
(gradient_large,) = torch.autograd.grad(loss_at(v_large, z), v_large)


def losses_after(v, z, sizes):
    losses = []
    for size in sizes:
        moved = v.detach().clone().requires_grad_()
        loss_at(moved, z).backward()
        with torch.no_grad():
            moved -= size * moved.grad
        losses.append(loss_at(moved, z).item())
    return losses

# %% [markdown] lang="en"
# ## {in-place}
#
# In training one does not make new parameters for each step, one changes those that are there, in
# place. Section 3 has shown that a leaf does not allow that while it is being recorded. Inside
# `with torch.no_grad():` nothing is recorded, and there it does:

# %% [markdown] lang="ru"
# ## {in-place}
#
# При обучении не создают новые параметры на каждом шаге, а меняют на месте те, что есть. В разделе
# 3 вы видели, что листовой тензор этого не позволяет, пока ведётся запись. Внутри блока
# `with torch.no_grad():` запись не ведётся, и там это возможно:

# %%
w = torch.tensor([1.0, 2.0], requires_grad=True)
same = w
with torch.no_grad():
    w *= 10
print(w, w.is_leaf, same is w)

# %% [markdown] lang="en"
# `w` is still the same tensor, still a leaf, and still requires gradients. With `w = w * 10` the
# name would have gone over to a new tensor, and `same` would be as before.
#
# Write `update(parameters, size)`. `parameters` is a list of leaves that require gradients. For
# some of them a `backward()` has filled `.grad`: move each of those, in place, by a step of this
# size against its gradient, as in exercise 12, and set the gradient to zero or to `None` for the
# next `backward()`. Where `.grad` is `None`, nothing is to be done. It does not matter what the
# function returns.
#
# The loop below uses your function to train a linear model.
#
# *Checked:* `weights` after the loop, and your function on other parameters.

# %% [markdown] lang="ru"
# `w` — всё тот же тензор, по-прежнему листовой, и градиенты для него включены. Если бы мы написали
# `w = w * 10`, имя перешло бы к новому тензору, а `same` остался бы прежним.
#
# Напишите функцию `update(parameters, size)`. `parameters` — список листовых тензоров, для которых
# градиенты включены. У некоторых из них `backward()` заполнил `.grad`. Каждый такой тензор измените
# на месте, сделав шаг указанного размера против градиента, как в задании 12, а его градиент
# обнулите (или верните в `None`) для следующего `backward()`. Если в `.grad` лежит `None`, ничего
# делать не нужно. Что функция возвращает, неважно.
#
# Цикл ниже обучает с помощью вашей функции линейную модель.
#
# *Проверяется:* `weights` после цикла и ваша функция на других параметрах.

# %%
#| exercise: in-place
#| title:
#|   en: Changing a leaf after all
#|   ru: И всё-таки изменить листовой тензор
#| points: 3
#| checks:
#|   - expr: weights
#|     hidden: true
#|     aspects: [type, shape, dtype, values, requires_grad]
#|   - expr: "(lambda w, b: [((w * data - b) ** 2).sum().backward(), update([w, b], 0.1), w, b][2:])(one.clone().requires_grad_(), two.clone().requires_grad_())"
#|     title:
#|       en: One step of two parameters
#|       ru: Один шаг двух параметров
#|     hidden: true
#|     points: 2
#|     aspects: [type, shape, dtype, values, requires_grad]
#|     given: |
#|       one, two, data = torch.randn(3), torch.randn(1), torch.randn(3)
#|   - expr: "(lambda w, u: [[(w.exp() * data).sum().backward(), update([u, w], 0.05)] and w.tolist() for _ in range(3)] + [u])(one.clone().requires_grad_(), two.clone().requires_grad_())"
#|     title:
#|       en: Three steps, where one parameter has no gradient
#|       ru: Три шага, когда у одного параметра градиента нет
#|     hidden: true
#|     points: 3
#|     aspects: [type, shape, dtype, values, requires_grad]
#|     given: |
#|       one, two, data = torch.randn(2, 2), torch.randn(4), torch.randn(2, 2)
#| properties:
#|   - property: torch.mean((x @ weights - y) ** 2) < torch.mean(y**2)
#|     title:
#|       en: The loss has fallen
#|       ru: Функция потерь уменьшилась
torch.manual_seed(14)
x = torch.randn(50, 3)
y = x @ torch.tensor([1.0, -2.0, 0.5])
weights = torch.zeros(3).requires_grad_()


def update(parameters, size):
    ### BEGIN SOLUTION
    with torch.no_grad():
        for parameter in parameters:
            if parameter.grad is not None:
                parameter -= size * parameter.grad
                parameter.grad.zero_()
    ### END SOLUTION


for _ in range(6):
    torch.mean((x @ weights - y) ** 2).backward()
    update([weights], 0.1)
print(weights)

# %%
#| mistake: in-place
#| name: new-name
#| help:
#|   en: "Print a parameter before `update` and after it: it has not moved. Which tensor does your step change, the one in the list or another one, and what is in the gradient at that moment?"
#|   ru: "Выведите параметр до `update` и после: он не сдвинулся. Какой тензор меняет ваш шаг, тот, что лежит в списке, или другой, и что в этот момент находится в градиенте?"
with torch.no_grad():
    for parameter in parameters:
        if parameter.grad is not None:
            gradient = parameter.grad.clone()
            parameter.grad.zero_()
            parameter = parameter - size * gradient

# %%
#| mistake: in-place
#| name: never-emptied
#| help:
#|   en: "Your first step is right. Print the gradient at the beginning of each call: does it belong to the last `backward()` alone?"
#|   ru: "Первый шаг верен. Выводите градиент в начале каждого вызова: относится ли он только к последнему `backward()`?"
with torch.no_grad():
    for parameter in parameters:
        if parameter.grad is not None:
            parameter -= size * parameter.grad

# %%
#| mistake: in-place
#| name: uphill
#| help:
#|   en: "Print the loss in each turn of the loop. Which way is it going?"
#|   ru: "Выводите функцию потерь на каждой итерации цикла. В какую сторону она движется?"
with torch.no_grad():
    for parameter in parameters:
        if parameter.grad is not None:
            parameter += size * parameter.grad
            parameter.grad.zero_()

# %%
#| mistake: in-place
#| name: first-only
#| help:
#|   en: "Call `update` with a list of two parameters that both have a gradient. Do both of them move?"
#|   ru: "Вызовите `update` со списком из двух параметров, у каждого из которых есть градиент. Сдвинулись ли оба?"
with torch.no_grad():
    for parameter in parameters:
        if parameter.grad is not None:
            parameter -= size * parameter.grad
            parameter.grad.zero_()
            return

# %%
#| alternative: in-place
#| name: detached
for parameter in parameters:
    if parameter.grad is None:
        continue
    parameter.detach().sub_(parameter.grad, alpha=size)
    parameter.grad = None

# %%
#| alternative: in-place
#| name: switched-off-and-on
for parameter in parameters:
    if parameter.grad is not None:
        parameter.requires_grad = False
        parameter += -size * parameter.grad
        parameter.requires_grad = True
        parameter.grad = torch.zeros_like(parameter)

# %%
#| alternative: in-place
#| name: optimizer
moved = [p for p in parameters if p.grad is not None]
if moved:
    optimizer = torch.optim.SGD(moved, lr=size)
    optimizer.step()
    optimizer.zero_grad()

# %% [markdown] lang="en"
# ## {no-grad}
#
# When a model is only used, not trained, a record costs time and memory for nothing.
# `torch.no_grad` switches it off, for a block of code or, as a decorator, for a whole function:

# %% [markdown] lang="ru"
# ## {no-grad}
#
# Если модель только применяют, а не обучают, запись зря тратит время и память. `torch.no_grad`
# отключает её: для блока кода или, в виде декоратора, для целой функции:

# %%
w = torch.tensor([1.0, 2.0], requires_grad=True)


@torch.no_grad()
def doubled(x):
    return 2 * x


with torch.no_grad():
    k = w + 1
    made_inside = torch.ones(2, requires_grad=True)
print(doubled(w).requires_grad, k.requires_grad, made_inside.requires_grad)

k.requires_grad = True
(k * w.detach() + made_inside).sum().backward()
print(k.grad, made_inside.grad, w.grad)

# %% [markdown] lang="en"
# Inside, results have no past, even if they come from `w`. A tensor that is *made* there with
# `requires_grad=True` still requires gradients. And outside, all of them are ordinary tensors, fit
# for a new record.
#
# 1. Compute a loss from `w` inside `torch.no_grad()`; give it another name than `loss`, which
#    belongs to exercise 11. Put into `errors` what `error_of` says of two calls of `backward()` on
#    it: at once, and after its `requires_grad` has been set to `True`. What is in `w.grad` after
#    that?
# 2. Write `quiet(f)`. It returns a function that takes the same inputs as `f`, however many, and
#    returns what `f` returns, but while `f` works, nothing is recorded. Replace the line `return f`
#    as well; it is only there so that the cell runs. The result is an ordinary tensor, and after
#    the call recording goes on as before.
#
# *Checked:* `errors`, `value`, and `quiet` with other functions, some of which look whether
# recording is on.

# %% [markdown] lang="ru"
# Внутри у результатов нет прошлого, даже если они получены из `w`. Тензор, который там *создан* с
# `requires_grad=True`, всё равно запоминает, что из него вычислят потом. А снаружи все они —
# обычные тензоры, годные для новой записи.
#
# 1. Вычислите какую-нибудь функцию потерь от `w` внутри `torch.no_grad()`; назовите её не `loss`:
#    это имя занято заданием 11. Запишите в список `errors`, что `error_of` сообщит о двух вызовах
#    `backward()` для неё: сразу и после того, как у неё `requires_grad` установили в `True`. Что
#    после этого лежит в `w.grad`?
# 2. Напишите `quiet(f)`. Она возвращает функцию, которая принимает те же аргументы, что и `f`,
#    сколько бы их ни было, и возвращает то же, что `f`, но пока `f` работает, запись не ведётся.
#    Строку `return f` тоже замените: она стоит там только для того, чтобы ячейка запускалась.
#    Результат — обычный тензор, а после вызова запись продолжается как прежде.
#
# *Проверяется:* `errors`, `value` и `quiet` с другими функциями, часть из которых смотрит, ведётся
# ли запись.

# %%
#| exercise: no-grad
#| title:
#|   en: Without a record
#|   ru: Без записи
#| points: 3
#| checks:
#|   - expr: errors
#|     constant: true
#|   - expr: value
#|     hidden: true
#|     aspects: [type, shape, dtype, values, requires_grad]
#|   - expr: "(lambda w: [quiet(lambda x: x * (10 if (x * 2).requires_grad else 1))(w), quiet(torch.sum)(w).is_inference(), (w * 2).requires_grad])(numbers.clone().requires_grad_())"
#|     title:
#|       en: "quiet: no record inside, an ordinary result, recording afterwards"
#|       ru: "quiet: внутри ничего не записывается, результат обычный, потом запись идёт дальше"
#|     hidden: true
#|     points: 2
#|     aspects: [type, shape, dtype, values, requires_grad]
#|     given: |
#|       numbers = torch.randn(4)
#|   - expr: "(lambda w: [quiet(lambda x, y: x @ y * w)(left, right), quiet(lambda: left[0] + w[0])(), (w * 2).requires_grad])(numbers.clone().requires_grad_())"
#|     title:
#|       en: "quiet: functions of two inputs and of none"
#|       ru: "quiet: функции с двумя аргументами и без аргументов"
#|     hidden: true
#|     points: 2
#|     aspects: [type, shape, dtype, values, requires_grad]
#|     given: |
#|       numbers, left, right = torch.randn(3), torch.randn(2), torch.randn(2, 3)
#| properties:
#|   - property: not value.requires_grad and not value.is_inference()
#|     title:
#|       en: value is an ordinary tensor without a record
#|       ru: value — обычный тензор без записи
#| blank: |
#|   errors = ...  # YOUR CODE HERE
#|
#|
#|   def quiet(f):
#|       # YOUR CODE HERE
#|       return f
torch.manual_seed(15)
w = torch.randn(4).requires_grad_()


def sum_of_products(x, y):
    return torch.sum(x * y)


### BEGIN SOLUTION
def loss_without_record():
    with torch.no_grad():
        return torch.sum(w**2)


errors = [
    error_of(loss_without_record().backward),
    error_of(loss_without_record().requires_grad_().backward),
]


def quiet(f):
    def silent(*inputs):
        with torch.no_grad():
            return f(*inputs)

    return silent
### END SOLUTION


value = quiet(sum_of_products)(w, w)
print(value)

# %%
#| mistake: no-grad
#| name: around-the-definition
#| help:
#|   en: "When is your block without a record open: when the function is defined, or when it is called? Print `torch.is_grad_enabled()` from within `f`."
#|   ru: "Когда действует ваш блок без записи: когда функцию определяют или когда её вызывают? Выведите `torch.is_grad_enabled()` внутри `f`."
def quiet(f):
    with torch.no_grad():

        def silent(*inputs):
            return f(*inputs)

    return silent

# %%
#| mistake: no-grad
#| name: detached-afterwards
#| help:
#|   en: "The result has no past. But was there a record while `f` was at work? Print `torch.is_grad_enabled()` from within `f`."
#|   ru: "У результата нет прошлого. А велась ли запись, пока работала `f`? Выведите `torch.is_grad_enabled()` внутри `f`."
def quiet(f):
    def silent(*inputs):
        return f(*inputs).detach()

    return silent

# %%
#| mistake: no-grad
#| name: inputs-detached
#| help:
#|   en: "A function may use tensors that are not among its inputs, such as the parameters of a model. What becomes of those in your `quiet`?"
#|   ru: "Функция может использовать тензоры, которых нет среди её аргументов, например параметры модели. Что в вашей `quiet` происходит с ними?"
def quiet(f):
    def silent(*inputs):
        return f(*[x.detach() for x in inputs])

    return silent

# %%
#| mistake: no-grad
#| name: inference-tensor
#| help:
#|   en: "Ask your result `is_inference()`, and the one of `doubled` above. Are they tensors of the same kind?"
#|   ru: "Вызовите `is_inference()` у своего результата и у результата `doubled` из примера. Одного ли рода эти тензоры?"
def quiet(f):
    return torch.inference_mode()(f)

# %%
#| mistake: no-grad
#| name: always-a-new-loss
#| help:
#|   en: "Look at your two names. Is your second loss still the one that was computed without a record, or did you compute it once more outside the block?"
#|   ru: "Посмотрите на два своих имени. Ваше второе значение функции потерь всё ещё то, что вычислено без записи, или вы вычислили его ещё раз вне блока?"
errors = [error_of(torch.sum(w**2).backward), error_of(torch.sum(w**2).backward)]

# %%
#| alternative: no-grad
#| name: decorator
with torch.no_grad():
    loss = torch.mean(w * 3)
errors = [error_of(loss.backward)]
loss.requires_grad = True
errors.append(error_of(loss.backward))


def quiet(f):
    return torch.no_grad()(f)

# %%
#| alternative: no-grad
#| name: set-grad-enabled
errors = ["RuntimeError", "no error"]


def quiet(f):
    @torch.set_grad_enabled(False)
    def silent(*inputs, **named):
        return f(*inputs, **named)

    return silent

# %%
#| alternative: no-grad
#| name: switched-back
def quiet(f):
    def silent(*inputs):
        before = torch.is_grad_enabled()
        torch.set_grad_enabled(False)
        try:
            return f(*inputs)
        finally:
            torch.set_grad_enabled(before)

    return silent

# %% [markdown] lang="en"
# ## {inference}
#
# `torch.inference_mode` goes further than `no_grad`. It drops what little bookkeeping is left, and
# is faster for it. The price: tensors made inside, even with `requires_grad=True`, are *inference
# tensors* for good, and much of what one does in training is forbidden to them, even later. It too
# is there as a block and as a decorator:

# %% [markdown] lang="ru"
# ## {inference}
#
# `torch.inference_mode` идёт дальше, чем `no_grad`: он отказывается и от того небольшого учёта,
# который ещё оставался, и поэтому работает быстрее. Цена такая: тензоры, созданные внутри, даже с
# `requires_grad=True`, навсегда остаются *тензорами вывода* (inference tensors), и многое из того,
# что делают при обучении, им запрещено даже потом. Этот режим тоже бывает блоком и декоратором:

# %%
@torch.inference_mode()
def doubled(x):
    return 2 * x


w = torch.tensor([1.0, 2.0], requires_grad=True)
with torch.inference_mode():
    k = w + 1
print(k.is_inference(), doubled(w).is_inference(), w.is_inference())
print(k, k.requires_grad)

# %% [markdown] lang="en"
# What exactly is forbidden? Below are four uses that one might make of a tensor. Find out.
#
# 1. Write `outcomes(mode, uses)`. For each function of the list `uses` it makes the tensor
#    `torch.ones(3) + 1` inside `with mode():`, a new one each time, leaves the block, and hands the
#    tensor to the function with `error_of`. It returns the list of the names. `mode` is
#    `torch.no_grad` or `torch.inference_mode`. Compare the two lists.
# 2. There is a cure. Catch the error of `change` and print its message, it says how. Then write
#    `ordinary(t)`: a tensor with the numbers of `t` and memory of its own that is no inference
#    tensor. `t` may be an inference tensor or an ordinary one without gradients; your function is
#    called outside inference mode.
#
# *Checked:* `no_grad_errors` and `inference_errors`, and both functions with other uses and
# tensors.

# %% [markdown] lang="ru"
# Что именно запрещено? Ниже — четыре способа использовать тензор. Выясните.
#
# 1. Напишите функцию `outcomes(mode, uses)`. Для каждой функции из списка `uses` она создаёт внутри
#    `with mode():` тензор `torch.ones(3) + 1`, каждый раз новый, выходит из блока и передаёт тензор
#    этой функции через `error_of`. Возвращает она список имён. `mode` — это `torch.no_grad` или
#    `torch.inference_mode`. Сравните два списка.
# 2. Лекарство есть. Перехватите ошибку, которую вызывает `change`, и выведите её сообщение: там
#    сказано, что делать. Затем напишите `ordinary(t)`: она возвращает тензор с теми же числами, что
#    в `t`, но с собственной памятью, и это уже не тензор вывода. `t` может быть тензором вывода или
#    обычным тензором без градиентов; функцию вызывают вне режима вывода.
#
# *Проверяется:* `no_grad_errors` и `inference_errors`, а также обе функции с другими действиями и
# тензорами.

# %%
#| exercise: inference
#| title:
#|   en: Inference mode
#|   ru: Режим вывода
#| points: 3
#| checks:
#|   - expr: no_grad_errors
#|     constant: true
#|   - expr: inference_errors
#|     constant: true
#|   - expr: "[outcomes(mode, [torch.exp, lambda t: t.requires_grad_(), lambda t: t.mul_(2), lambda t: t.mean().backward(), lambda t: torch.ones(3, requires_grad=True) @ t]) for mode in (torch.no_grad, torch.inference_mode)]"
#|     title:
#|       en: "outcomes: five other uses in both modes"
#|       ru: "outcomes: пять других действий в обоих режимах"
#|     hidden: true
#|     constant: true
#|     points: 2
#|   - expr: "(lambda made: [ordinary(made), ordinary(made).is_inference(), ordinary(numbers).is_inference()])(torch.inference_mode()(torch.exp)(numbers))"
#|     title:
#|       en: "ordinary: no inference tensor, whatever it was made of"
#|       ru: "ordinary: результат — обычный тензор, из чего бы он ни был сделан"
#|     hidden: true
#|     points: 2
#|     given: |
#|       numbers = torch.randn(2, 3)
#|   - expr: "(lambda t: [ordinary(t), t.mul_(3)])(numbers.clone())"
#|     title:
#|       en: "ordinary: memory of its own"
#|       ru: "ordinary: собственная память"
#|     hidden: true
#|     given: |
#|       numbers = torch.randn(5)
#| properties:
#|   - property: not ordinary(torch.inference_mode()(torch.exp)(torch.ones(2))).is_inference()
#|     title:
#|       en: ordinary gives no inference tensor
#|       ru: ordinary возвращает обычный тензор
#| blank: |
#|   def outcomes(mode, uses):
#|       ...  # YOUR CODE HERE
#|
#|
#|   def ordinary(t):
#|       ...  # YOUR CODE HERE
w = torch.ones(3).requires_grad_()


def go_back(t):
    t.sum().backward()


def switch_on(t):
    t.requires_grad = True


def change(t):
    t += 1


def multiply(t):
    return w * t


uses = [go_back, switch_on, change, multiply]


### BEGIN SOLUTION
def outcomes(mode, uses):
    found = []
    for use in uses:
        with mode():
            made = torch.ones(3) + 1
        found.append(error_of(use, made))
    return found


def ordinary(t):
    return t.clone()
### END SOLUTION


no_grad_errors = outcomes(torch.no_grad, uses)
inference_errors = outcomes(torch.inference_mode, uses)
print(no_grad_errors, inference_errors, sep="\n")

# %%
#| mistake: inference
#| name: used-inside
#| help:
#|   en: "Where does your function call `error_of`: while the mode is on, or after it? Look at where the block ends."
#|   ru: "Где ваша функция вызывает `error_of`: пока режим включён или уже после? Посмотрите, где кончается блок."
def outcomes(mode, uses):
    found = []
    for use in uses:
        with mode():
            made = torch.ones(3) + 1
            found.append(error_of(use, made))
    return found

# %%
#| mistake: inference
#| name: one-tensor-for-all
#| help:
#|   en: "Exchange two of the functions in `uses`. Does each keep its name? What has a use left behind for the next one?"
#|   ru: "Поменяйте местами две функции в `uses`. Сохраняется ли имя за каждой из них? Что одно действие оставило после себя следующему?"
def outcomes(mode, uses):
    with mode():
        made = torch.ones(3) + 1
    return [error_of(use, made) for use in uses]

# %%
#| mistake: inference
#| name: detached-only
#| help:
#|   en: "Ask the result of `ordinary` for an inference tensor: `is_inference()`. Then change an ordinary tensor in place after you passed it through `ordinary`. What happens to the result?"
#|   ru: "Вызовите `is_inference()` у того, что `ordinary` возвращает для тензора вывода. А затем пропустите через `ordinary` обычный тензор и измените его на месте. Что происходит с результатом?"
def ordinary(t):
    return t.detach()

# %%
#| mistake: inference
#| name: cloned-inside
#| help:
#|   en: "What kind of tensor does your `ordinary` make of an ordinary one? In which mode are the new numbers made?"
#|   ru: "Какого рода тензор ваша `ordinary` делает из обычного? В каком режиме создаются новые числа?"
def ordinary(t):
    with torch.inference_mode():
        return t.clone()

# %%
#| alternative: inference
#| name: helper-function
def outcomes(mode, uses):
    @mode()
    def make():
        return torch.ones(3) + 1

    return [error_of(use, make()) for use in uses]


def ordinary(t):
    return t * 1

# %%
#| alternative: inference
#| name: copied-into
def ordinary(t):
    made = torch.empty_like(t)
    made.copy_(t)
    return made

# %%
#| alternative: inference
#| name: through-lists
def ordinary(t):
    return torch.tensor(t.tolist(), dtype=t.dtype)

# %% [markdown] lang="en"
# ## What you have now
#
# A record that leads from leaves to a result, and `backward`, which goes back along it and adds to
# `.grad`. `detach`, `no_grad` and `inference_mode` to leave the record: for a tensor, for a block,
# for good. And, in exercise 14, the three things that each training loop is made of: a loss, its
# gradient, a step. [Layers](layers.ipynb), which come next, and optimizers are no more than
# convenient forms of these.

# %% [markdown] lang="ru"
# ## Что в итоге
#
# Запись, которая ведёт от листовых тензоров к результату, и `backward`, который проходит по ней в
# обратную сторону и прибавляет градиент к `.grad`. Чтобы из записи выйти, есть `detach`, `no_grad`
# и `inference_mode`: для одного тензора, для блока кода и насовсем. А в задании 14 — три вещи, из
# которых состоит любой цикл обучения: функция потерь, её градиент и шаг. [Слои](layers.ipynb), которые
# будут дальше, и оптимизаторы — лишь удобная форма для того же самого.
