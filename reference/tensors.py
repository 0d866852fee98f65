# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
#   tensorgrader:
#     title:
#       en: Tensors
#       ru: Тензоры
#     languages: [en, ru]
# ---

# %% [markdown] lang="en"
# # Tensors
#
# Tensors are the arrays of PyTorch. What goes into a model, what comes out of it, and the parameters
# that it learns: all of it is kept in tensors. If you know the arrays of NumPy, most of this will
# look familiar, and the exercises lead you to the places where the two differ.
#
# First you make tensors, from lists, from arrays and by shape. Then you look at their axes, rearrange
# their numbers and join several tensors into one. In the second half you add axes and take them away,
# change dtypes and devices, and calculate with whole tensors at once.
#
# **How to work.** Replace each `# YOUR CODE HERE`, together with the `...` beside or below it, and
# leave the code around it as it is. The cell after an exercise is a self-check: it prints what fits
# and what does not, mostly of types, shapes and dtypes, here and there of values. It promises
# nothing: whether an answer is right, on other data too, is seen when it is graded. The exercises
# do not depend on each other: if one resists, go on with the next, and run any cell as often as you
# like. After a restart of the kernel, first run all cells above. Nobody stops you from adding cells
# of your own to try things out; that is the best way to learn what a function does.
#
# **How to hand in.** Restart the kernel, run all cells from top to bottom, save, and hand in this
# one file, under whatever name it has. It need not be complete: each exercise counts by itself,
# with the points in its heading. If a cell raises an error and stops the run, go on below it; the
# exercises there are graded all the same.
#
# **The notebooks, in order:**
#
# 1. **Tensors** (this one)
# 2. [Automatic differentiation](autograd.ipynb)
# 3. [Layers and activations](layers.ipynb)
# 4. [Gradient descent by hand](gradient_descent.ipynb)

# %% [markdown] lang="ru"
# # Тензоры
#
# Тензоры в PyTorch — то же, что массивы в NumPy. В них хранится всё: данные, которые подают на вход
# модели, её ответы и параметры, которым она учится. Если вы работали с массивами NumPy, многое
# покажется знакомым, а задания приведут вас как раз туда, где есть отличия.
#
# Сначала вы научитесь создавать тензоры: из списков, из массивов и по заданной форме. Затем
# разберётесь с осями, научитесь переставлять числа и собирать из нескольких тензоров один. Во второй
# половине вы будете добавлять и убирать оси, менять тип данных (dtype) и устройство и вычислять сразу
# с целыми тензорами.
#
# **Как работать.** Замените каждое `# ВАШ КОД ЗДЕСЬ` вместе с многоточием `...`, которое стоит
# рядом или строкой ниже, а остальной код оставьте как есть. Ячейка под заданием — самопроверка: она
# печатает, что сходится, а что нет; чаще всего речь о типе, форме и dtype, кое-где и о значениях.
# Она ничего не обещает: верен ли ответ, в том числе на других данных, станет ясно при проверке.
# Задания не зависят друг от друга: если одно не получается, переходите к следующему, а любую ячейку
# можно запускать сколько угодно раз. После перезапуска ядра сначала выполните все ячейки выше.
# Добавляйте и свои ячейки, чтобы что-нибудь попробовать: так проще всего понять, что делает
# функция.
#
# **Как сдать.** Перезапустите ядро, выполните все ячейки сверху вниз, сохраните ноутбук и сдайте
# этот один файл; как он называется, неважно. Заполнять всё необязательно: каждое задание
# оценивается отдельно, а баллы указаны в его заголовке. Если ячейка упала с ошибкой и остановила
# выполнение, продолжайте со следующей: задания ниже всё равно проверят.
#
# **Все ноутбуки по порядку:**
#
# 1. **Тензоры** (этот)
# 2. [Автоматическое дифференцирование](autograd.ipynb)
# 3. [Слои и функции активации](layers.ipynb)
# 4. [Градиентный спуск своими руками](gradient_descent.ipynb)

# %%
import numpy as np
import torch

# %% [markdown] lang="en"
# ## {from-lists}
#
# `torch.tensor` makes a tensor from a list of numbers. If the list consists of lists, each level of
# nesting becomes an *axis* of the tensor. The `shape` says how long each axis is, beginning with the
# outermost. Run the cell and compare the brackets with the shapes:

# %% [markdown] lang="ru"
# ## {from-lists}
#
# `torch.tensor` создаёт тензор из списка чисел. Если список состоит из списков, то каждый уровень
# вложенности становится *осью* тензора. Форма (`shape`) показывает, какой длины каждая ось, начиная с
# самой внешней. Запустите ячейку и сравните скобки с формами:

# %%
temperatures = torch.tensor([-3.5, 0.0, 2.5])
seats = torch.tensor([[10, 20, 30], [40, 50, 60]])
heights = torch.tensor([[[1], [2], [3], [4]], [[5], [6], [7], [8]]])

for x in (temperatures, seats, heights):
    print(x.shape, x.dtype)

# %% [markdown] lang="en"
# A tensor with one axis is also called a vector, one with two axes a matrix. A list of whole numbers
# gives the dtype `int64`; a single number with a point is enough, and all of them become `float32`.
#
# Write two functions:
#
# - `powers(numbers, n)` gives a matrix with a row for each number of the list `numbers`. The row
#   holds the powers of that number, from the exponent 0 to the exponent `n - 1`. For
#   `powers([5, -2], 3)` the rows are `1, 5, 25` and `1, -2, 4`. The dtype is the one that a list of
#   these powers gives.
# - `wrapped(number, depth)` gives a tensor that holds a single number and has `depth` axes, each of
#   length 1. With `depth` 0 it has no axes at all, and its shape is `()`. The dtype is the one that
#   `torch.tensor` gives such a number.
#
# *Checked:* `table`, and both functions on other numbers, whole and not.

# %% [markdown] lang="ru"
# Тензор с одной осью называют также вектором, с двумя — матрицей. Список из целых чисел даёт тип
# данных `int64`; но стоит хотя бы одному числу быть с точкой, и все они становятся `float32`.
#
# Напишите две функции:
#
# - `powers(numbers, n)` возвращает матрицу, в которой на каждое число из списка `numbers` приходится
#   одна строка. В строке стоят степени этого числа: от нулевой до степени `n - 1`. Для
#   `powers([5, -2], 3)` это строки `1, 5, 25` и `1, -2, 4`. Тип данных — тот, который получается из
#   списка таких степеней.
# - `wrapped(number, depth)` возвращает тензор из одного числа, у которого `depth` осей, и все они
#   длины 1. Если `depth` равно 0, осей нет совсем, а форма — `()`. Тип данных — тот, который
#   `torch.tensor` даёт такому числу.
#
# *Проверяется:* `table` и обе функции на других числах, целых и нецелых.

# %%
#| exercise: from-lists
#| title:
#|   en: From lists to tensors
#|   ru: Из списков — в тензоры
#| points: 2
#| checks:
#|   - expr: table
#|     constant: true
#|   - expr: "[powers(whole, 5), powers(fractions, 2)]"
#|     hidden: true
#|     points: 2
#|     given: |
#|       whole = torch.randint(-6, 7, (3,)).tolist()
#|       fractions = torch.randn(4).tolist()
#|   - expr: "[wrapped(fraction, 3), wrapped(whole, 0), wrapped(whole, 1), wrapped(whole, 4)]"
#|     title:
#|       en: "wrapped: from no axes to four"
#|       ru: "wrapped: от нуля до четырёх осей"
#|     hidden: true
#|     points: 2
#|     given: |
#|       fraction, whole = torch.randn(()).item(), torch.randint(10, 1000, ()).item()
#| properties:
#|   - powers([5, -2], 3).tolist() == [[1, 5, 25], [1, -2, 4]]
#|   - wrapped(7, 2).shape == (1, 1)
#| blank: |
#|   def powers(numbers, n):
#|       ...  # YOUR CODE HERE
#|
#|
#|   def wrapped(number, depth):
#|       ...  # YOUR CODE HERE
### BEGIN SOLUTION
def powers(numbers, n):
    return torch.tensor([[number**exponent for exponent in range(n)] for number in numbers])


def wrapped(number, depth):
    nested = number
    for _ in range(depth):
        nested = [nested]
    return torch.tensor(nested)
### END SOLUTION


table = powers([2, 10, -3, 0], 3)

# %%
#| mistake: from-lists
#| name: first-power-first
#| help:
#|   en: "What stands at the beginning of each of your rows, and what should every number give there, whichever number it is?"
#|   ru: "Что стоит в начале каждой вашей строки? А что должно стоять там для любого числа, каким бы оно ни было?"
def powers(numbers, n):
    return torch.tensor([[number ** (k + 1) for k in range(n)] for number in numbers])


def wrapped(number, depth):
    return torch.full((1,) * depth, number)

# %%
#| mistake: from-lists
#| name: column-for-each
#| help:
#|   en: "Take one of your inner lists: what do the numbers in it have in common, the base or the exponent? And what becomes of an inner list in the tensor?"
#|   ru: "Возьмите один из ваших внутренних списков: что общего у чисел в нём — основание или показатель степени? И чем внутренний список становится в тензоре?"
def powers(numbers, n):
    return torch.tensor([[number**exponent for number in numbers] for exponent in range(n)])


def wrapped(number, depth):
    return torch.full((1,) * depth, number)

# %%
#| mistake: from-lists
#| name: always-float
#| help:
#|   en: "Your numbers are right. Compare the dtype that you get for whole numbers with the one that `torch.tensor` gives for a list of whole numbers. What decided yours?"
#|   ru: "Числа верны. Сравните, какой dtype получается у вас для целых чисел и какой даёт для списка целых чисел `torch.tensor`. Что определило dtype у вас?"
def powers(numbers, n):
    rows = torch.zeros(len(numbers), n)
    for i, number in enumerate(numbers):
        for k in range(n):
            rows[i, k] = number**k
    return rows


def wrapped(number, depth):
    return torch.full((1,) * depth, number)

# %%
#| mistake: from-lists
#| name: one-long-list
#| help:
#|   en: "Print the list that you hand to `torch.tensor`. Can one see from its brackets where the powers of one number end and those of the next begin?"
#|   ru: "Выведите список, который вы передаёте в `torch.tensor`. Видно ли по его скобкам, где кончаются степени одного числа и начинаются степени следующего?"
def powers(numbers, n):
    return torch.tensor([number**k for number in numbers for k in range(n)])


def wrapped(number, depth):
    return torch.full((1,) * depth, number)

# %%
#| mistake: from-lists
#| name: bracket-too-many
#| help:
#|   en: "Ask `wrapped` for a tensor without axes and look at its shape: how many pairs of brackets had you put round the number before the first step?"
#|   ru: "Попросите у `wrapped` тензор без осей и посмотрите на его форму: сколько пар скобок было вокруг числа ещё до первого шага?"
def powers(numbers, n):
    return torch.tensor([[number**k for k in range(n)] for number in numbers])


def wrapped(number, depth):
    nested = [number]
    for _ in range(depth):
        nested = [nested]
    return torch.tensor(nested)

# %%
#| mistake: from-lists
#| name: times-not-power
#| help:
#|   en: "Write down by hand what the first column should hold for the number 10: its power with exponent 0. What stands in your first column?"
#|   ru: "Выпишите вручную, что должно стоять в первом столбце для числа 10: его нулевая степень. А что в первом столбце у вас?"
def powers(numbers, n):
    return torch.tensor([[number * k for k in range(n)] for number in numbers])


def wrapped(number, depth):
    return torch.full((1,) * depth, number)

# %%
#| alternative: from-lists
#| name: vandermonde
def powers(numbers, n):
    return torch.vander(torch.tensor(numbers), n, increasing=True)


def wrapped(number, depth):
    return torch.tensor(number).reshape([1] * depth)

# %%
#| alternative: from-lists
#| name: multiplied-on
def powers(numbers, n):
    rows = []
    for number in numbers:
        row, power = [], number**0
        while len(row) < n:
            row.append(power)
            power = power * number
        rows.append(row)
    return torch.tensor(rows)


def wrapped(number, depth):
    return torch.tensor(number if depth == 0 else wrapped(number, depth - 1).unsqueeze(0).tolist())

# %%
#| alternative: from-lists
#| name: broadcast
def powers(numbers, n):
    return torch.tensor(numbers).reshape(-1, 1) ** torch.arange(n)


def wrapped(number, depth):
    made = torch.tensor(number)
    for _ in range(depth):
        made = made[None]
    return made

# %% [markdown] lang="en"
# ## {ragged-lists}
#
# Not every list of lists becomes a tensor: on each level, all lists must be equally long. A *ragged*
# list, with rows of different lengths, raises an error. You will meet quite a few errors in this
# notebook. To look at one without stopping the notebook, use this function; it tells an error's name:

# %% [markdown] lang="ru"
# ## {ragged-lists}
#
# Не всякий список списков превращается в тензор: на каждом уровне вложенности все списки должны быть
# одной длины. Список, у которого строки разной длины, вызывает ошибку. С ошибками вы встретитесь
# здесь ещё не раз. Чтобы разглядеть ошибку и не прервать при этом работу ноутбука, пользуйтесь такой
# функцией: она сообщает имя ошибки.

# %%
# en: Calls action(*inputs) and returns the name of the error that comes of it, or "no error".
# ru: Вызывает action(*inputs) и возвращает имя возникшей ошибки или "no error", если её не было.
def error_of(action, *inputs):
    try:
        action(*inputs)
    except Exception as error:
        return type(error).__name__
    return "no error"


print(error_of(len, "abc"))
print(error_of(len, 3))
print(error_of([].pop))

# %% [markdown] lang="en"
# Ragged data are common: sentences of different lengths, for example. The usual way out is to fill up
# the short rows.
#
# 1. Find out which error `torch.tensor` raises for `ragged`, and put its name, a string, into
#    `ragged_error`.
# 2. Write `pad(rows, fill)`. It gives a matrix with the rows of the list `rows`. The longest row
#    says how many columns there are; shorter ones are filled up at their end with the number
#    `fill`. A row may be empty. If all numbers are whole (of type `int`), those in `rows` and
#    `fill`, the dtype is `int64`, else `float32`. The lists that your function gets must not
#    change.
#
# *Checked:* `ragged_error`, `padded`, and `pad` on other lists, which must not change.

# %% [markdown] lang="ru"
# Данные с рваным краем — обычное дело: например, предложения разной длины. Чаще всего короткие
# строки просто дополняют до нужной длины.
#
# 1. Выясните, какую ошибку вызывает `torch.tensor` для списка `ragged`, и запишите её имя (строку) в
#    `ragged_error`.
# 2. Напишите функцию `pad(rows, fill)`. Она возвращает матрицу со строками из списка `rows`. Число
#    столбцов определяет самая длинная строка, а более короткие дополняются в конце числом `fill`.
#    Строка может быть и пустой. Если все числа — и в `rows`, и `fill` — целые (типа `int`), тип
#    данных `int64`, иначе `float32`. Сами списки, которые получает функция, меняться не должны.
#
# *Проверяется:* `ragged_error`, `padded` и функция `pad` на других списках, а также то, что эти
# списки не изменились.

# %%
#| exercise: ragged-lists
#| title:
#|   en: Ragged lists
#|   ru: Списки с рваным краем
#| points: 3
#| checks:
#|   - expr: ragged_error
#|     constant: true
#|   - expr: padded
#|     constant: true
#|   - expr: "[pad(rows, 0), rows]"
#|     hidden: true
#|     points: 2
#|     given: |
#|       rows = [torch.randn(n).tolist() for n in (2, 5, 0, 3)]
#|   - expr: pad(counts, -1)
#|     hidden: true
#|     points: 2
#|     given: |
#|       counts = [torch.randint(1, 90, (n,)).tolist() for n in (4, 1, 3)]
#|   - expr: pad(whole, 0.5)
#|     hidden: true
#|     given: |
#|       whole = [torch.randint(1, 90, (n,)).tolist() for n in (1, 2)]
#| properties:
#|   - pad([[1], []], 0).shape == (2, 1)
#|   - pad([[1], []], 0).dtype == torch.int64
#| blank: |
#|   ragged_error = ...  # YOUR CODE HERE
#|
#|
#|   def pad(rows, fill):
#|       ...  # YOUR CODE HERE
ragged = [[8, 1], [4], [7, 7, 2]]

### BEGIN SOLUTION
ragged_error = error_of(torch.tensor, ragged)


def pad(rows, fill):
    longest = max(len(row) for row in rows)
    return torch.tensor([row + [fill] * (longest - len(row)) for row in rows])
### END SOLUTION


padded = pad([[8, 1], [4], [7, 7, 2]], 0)

# %%
#| mistake: ragged-lists
#| name: filled-in-front
#| help:
#|   en: "Look at a short row in your result: at which end do its own numbers stand?"
#|   ru: "Посмотрите на короткую строку в вашем результате: с какого края стоят её собственные числа?"
def pad(rows, fill):
    longest = max(map(len, rows))
    return torch.tensor([[fill] * (longest - len(row)) + row for row in rows])

# %%
#| mistake: ragged-lists
#| name: cut-off
#| help:
#|   en: "Your result is a box, but count the numbers: has each number of the lists found a place in it?"
#|   ru: "Матрица получилась, но пересчитайте числа: для каждого ли числа из списков в ней нашлось место?"
def pad(rows, fill):
    width = min(len(row) for row in rows)
    return torch.tensor([row[:width] for row in rows])

# %%
#| mistake: ragged-lists
#| name: always-zeros
#| help:
#|   en: "Call your function with one and the same list and two different values of `fill`, and compare. Does it use all that it is given?"
#|   ru: "Вызовите функцию для одного и того же списка с двумя разными значениями `fill` и сравните. Всё ли, что ей передают, она использует?"
def pad(rows, fill):
    longest = max(len(row) for row in rows)
    return torch.tensor([row + [0] * (longest - len(row)) for row in rows])

# %%
#| mistake: ragged-lists
#| name: dtype-of-fill
#| help:
#|   en: "What has become of the digits behind the point? Which dtype did your matrix have before the rows were put into it, and where did that dtype come from?"
#|   ru: "Куда делись знаки после точки? Какой dtype был у вашей матрицы ещё до того, как вы записали в неё строки, и откуда он взялся?"
def pad(rows, fill):
    made = torch.full((len(rows), max(len(row) for row in rows)), fill)
    for i, row in enumerate(rows):
        for j, number in enumerate(row):
            made[i, j] = number
    return made

# %%
#| mistake: ragged-lists
#| name: lists-changed
#| help:
#|   en: "Your matrix is right. Print the list that you gave to your function before the call and after it. Who changed it?"
#|   ru: "Матрица верна. Выведите список, который вы передали функции, до вызова и после него. Кто его изменил?"
def pad(rows, fill):
    longest = max(len(row) for row in rows)
    for row in rows:
        while len(row) < longest:
            row.append(fill)
    return torch.tensor(rows)

# %%
#| alternative: ragged-lists
#| name: zip-longest
from itertools import zip_longest

try:
    torch.tensor(ragged)
except Exception as caught:
    ragged_error = caught.__class__.__name__


def pad(rows, fill):
    return torch.tensor([*zip_longest(*rows, fillvalue=fill)]).T

# %%
#| alternative: ragged-lists
#| name: copied-and-filled
ragged_error = "ValueError"


def pad(rows, fill):
    import copy

    filled = copy.deepcopy(rows)
    longest = max([len(row) for row in filled])
    for row in filled:
        row.extend([fill] * (longest - len(row)))
    return torch.tensor(filled)

# %% [markdown] lang="en"
# ## {shared-memory}
#
# Arrays and tensors turn into each other, and there are several ways in each direction. They differ
# in one thing that matters. Some *copy* the numbers. Others *share* them: both names then stand for
# the same piece of memory, and whoever changes the one changes the other. Sharing costs neither time
# nor memory; copying is safe. You know both from NumPy: a slice shares, `np.copy` copies. The
# function `watch` makes one thing of another, changes both of them in place, and shows what has
# become of them:

# %% [markdown] lang="ru"
# ## {shared-memory}
#
# Массив можно превратить в тензор, а тензор — в массив, причём в каждую сторону есть несколько
# способов. Отличаются они одной важной вещью. Одни *копируют* числа. Другие дают *общую* память: за
# обоими именами стоят одни и те же числа, и, изменив одно, вы меняете и другое. Общая память не
# требует ни времени, ни места, зато с копией спокойнее. И то и другое знакомо вам по NumPy: у среза
# память общая, `np.copy` копирует. Функция `watch` создаёт одно из другого, меняет и то и другое на
# месте и показывает, что с ними стало:

# %%
def watch(make, source):
    # en: A copy, so that your own `source` stays as it is.
    # ru: Копия, чтобы ваш `source` остался прежним.
    source = source * 1
    made = make(source)
    source[0] = 100
    made[-1] = -1
    return source, made


array = np.array([1.0, 2.0, 3.0])
print(watch(lambda numbers: numbers[:2], array))
print(watch(np.copy, array))

print(array.dtype, torch.tensor(array).dtype, torch.tensor([1.0, 2.0, 3.0]).dtype)

# %% [markdown] lang="en"
# The last line shows something else: NumPy keeps numbers with a point as `float64`, and a tensor that
# is made from an array takes over the array's dtype. PyTorch by itself makes `float32`.
#
# `torch.tensor`, `torch.as_tensor` and `torch.from_numpy` lead from an array to a tensor; `np.array`
# and the method `numpy` of a tensor lead back. Which of them copy? Find out. (If NumPy prints a
# warning about `__array__`, take no notice. And a tensor that is moved to a graphics card is a copy in
# any case: the card has a memory of its own.)
#
# Then write three functions. All of them keep the dtype:
#
# - `share(array)`: a tensor that shares memory with the array;
# - `copy(array)`: a tensor with numbers of its own;
# - `to_numpy(tensor)`: an array that shares memory with the tensor.
#
# *Checked:* `shared` and `copied`, and what `watch` shows for your functions.

# %% [markdown] lang="ru"
# Последняя строка показывает и кое-что ещё: NumPy хранит числа с точкой как `float64`, и тензор,
# созданный из массива, перенимает его тип данных. Сам же PyTorch создаёт `float32`.
#
# Из массива тензор делают `torch.tensor`, `torch.as_tensor` и `torch.from_numpy`, из тензора массив —
# `np.array` и метод тензора `numpy`. Какие из них копируют? Выясните сами. (Если NumPy напечатает
# предупреждение про `__array__`, не обращайте внимания. А тензор, перенесённый на видеокарту, — копия в
# любом случае: у видеокарты своя память.)
#
# Затем напишите три функции. Все они сохраняют тип данных:
#
# - `share(array)` — тензор, у которого общая память с массивом;
# - `copy(array)` — тензор с собственными числами;
# - `to_numpy(tensor)` — массив, у которого общая память с тензором.
#
# *Проверяется:* `shared` и `copied`, а также то, что `watch` показывает для ваших функций.

# %%
#| exercise: shared-memory
#| title:
#|   en: Tensors and NumPy arrays
#|   ru: Тензоры и массивы NumPy
#| points: 3
#| checks:
#|   - expr: shared
#|     constant: true
#|   - expr: copied
#|     constant: true
#|   - expr: "[watch(share, first), watch(share, second)]"
#|     title:
#|       en: "share: what watch shows for two arrays"
#|       ru: "share: что показывает watch для двух массивов"
#|     hidden: true
#|     points: 2
#|     given: |
#|       first = torch.randn(2, 3, dtype=torch.float64).numpy()
#|       second = torch.randint(1, 50, (4,)).numpy()
#|   - expr: "[watch(copy, third), watch(copy, fourth)]"
#|     title:
#|       en: "copy: what watch shows for two arrays"
#|       ru: "copy: что показывает watch для двух массивов"
#|     hidden: true
#|     points: 2
#|     given: |
#|       third = torch.randn(3, 1, dtype=torch.float64).numpy()
#|       fourth = torch.randint(1, 50, (2, 2)).numpy()
#|   - expr: "[watch(to_numpy, fifth), watch(to_numpy, sixth)]"
#|     title:
#|       en: "to_numpy: what watch shows for two tensors"
#|       ru: "to_numpy: что показывает watch для двух тензоров"
#|     hidden: true
#|     points: 2
#|     given: |
#|       fifth, sixth = torch.randn(2, 4), torch.randn(3, dtype=torch.float64)
#| blank: |
#|   def share(array):
#|       ...  # YOUR CODE HERE
#|
#|
#|   def copy(array):
#|       ...  # YOUR CODE HERE
#|
#|
#|   def to_numpy(tensor):
#|       ...  # YOUR CODE HERE
array = np.linspace(0.5, 2.0, 4)


### BEGIN SOLUTION
def share(array):
    return torch.from_numpy(array)


def copy(array):
    return torch.tensor(array)


def to_numpy(tensor):
    return tensor.numpy()
### END SOLUTION


shared, copied = share(array), copy(array)
array[0] = 100.0
print(shared, copied)

# %%
#| mistake: shared-memory
#| name: share-copies
#| help:
#|   en: "Call `watch` with your `share` and an array. Which changes do the array and the tensor show, and which do they show for a slice?"
#|   ru: "Вызовите `watch` с вашей функцией `share` и каким-нибудь массивом. Какие изменения видны в массиве и в тензоре, а какие — в примере со срезом?"
def share(array):
    return torch.tensor(array)

# %%
#| mistake: shared-memory
#| name: copy-shares
#| help:
#|   en: "Call `watch` with your `copy` and an array. Does the tensor live a life of its own, or does it take part in what happens to the array?"
#|   ru: "Вызовите `watch` с вашей функцией `copy` и каким-нибудь массивом. Живёт ли тензор своей жизнью или с ним происходит всё то же, что и с массивом?"
def copy(array):
    return torch.as_tensor(array)

# %%
#| mistake: shared-memory
#| name: array-copied
#| help:
#|   en: "Go the way from a tensor to an array: what does `watch` show for your `to_numpy` and a tensor?"
#|   ru: "Пройдите путь от тензора к массиву: что показывает `watch` для вашей функции `to_numpy` и какого-нибудь тензора?"
def to_numpy(tensor):
    return np.array(tensor)

# %%
#| mistake: shared-memory
#| name: copied-as-float32
#| help:
#|   en: "Your copy has numbers of its own, as it should. Compare its dtype with that of the array. What on the way from one to the other did not know the array's dtype?"
#|   ru: "У вашей копии, как и нужно, свои числа. Сравните её dtype с тем, что был у массива. Что на пути от одного к другому не знало, какой dtype у массива?"
def copy(array):
    return torch.tensor(array.tolist())

# %%
#| mistake: shared-memory
#| name: shared-then-converted
#| help:
#|   en: "Which dtype has your shared tensor, and which the array? Can one piece of memory be read in two ways at the same time, or was something made anew?"
#|   ru: "Какой dtype у вашего тензора с общей памятью и какой у массива? Могут ли одни и те же числа в памяти читаться сразу двумя способами или что-то было создано заново?"
def share(array):
    return torch.from_numpy(array).float()

# %%
#| alternative: shared-memory
#| name: as-tensor
def share(array):
    return torch.as_tensor(array)


def copy(array):
    return torch.from_numpy(array).clone()


def to_numpy(tensor):
    return np.asarray(tensor)

# %%
#| alternative: shared-memory
#| name: copied-in-numpy
def share(array):
    return torch.asarray(array)


def copy(array):
    return torch.from_numpy(array.copy())


def to_numpy(tensor):
    return tensor.detach().cpu().numpy()

# %% [markdown] lang="en"
# ## {by-shape}
#
# Often you know the shape and have no numbers yet. Then these functions help; each takes a shape:

# %% [markdown] lang="ru"
# ## {by-shape}
#
# Часто форма известна, а чисел ещё нет. Тогда пригодятся следующие функции; каждая получает форму:

# %%
torch.manual_seed(0)
shape = (2, 3)
print(torch.zeros(shape))
print(torch.ones(shape))
print(torch.full(shape, 7), torch.full(shape, 0.5).dtype)
print(torch.rand(shape))
print(torch.randn(shape))
print(torch.empty(shape))

print((10), (10,), torch.rand(10).shape)

# %% [markdown] lang="en"
# `rand` draws numbers from 0 to 1, all equally likely; `randn` draws from the normal distribution
# with mean 0 and variance 1. `empty` writes nothing: you see what the memory happened to hold, so
# it is for tensors that you are going to fill yourself. To each there is a function ending in
# `_like`, which takes a tensor in place of a shape and makes another one of its shape and dtype, or
# of another dtype on request: `ones_like(x, dtype=torch.bool)`. Random numbers are never whole
# here, so for a tensor of whole numbers `rand_like` and `randn_like` need such a request. And the
# last line: brackets alone do not make a tuple, so `(10)` is just 10. As a shape both `10` and
# `(10,)` mean one axis of length 10.
#
# Write three functions:
#
# - `frame(h, w, value)`: an `h` by `w` matrix with `value` all along its edge (one cell wide) and
#   zeros inside. The dtype is `float32` for any `value`.
# - `between(low, high, shape)`: a tensor of random numbers from `low` to `high`, all equally likely.
#   Draw once, the whole shape in one call; what `rand` would draw as 0 becomes `low`.
# - `noisy(x, scale)`: a new tensor, `x` plus `scale` times normal noise, in which each number of `x`
#   gets noise of its own. Draw once, one number for each of `x`. The noise is `float32`, and `x` may
#   hold whole numbers. `x` itself stays as it is.
#
# The grader sets the random generator before each call, so that the same draw gives the same numbers.
#
# *Checked:* `framed`, `sample`, the three functions on other arguments, and `x` after
# `noisy(x, scale)`.

# %% [markdown] lang="ru"
# `rand` выдаёт случайные числа от 0 до 1, все равновероятны; `randn` — числа из нормального
# распределения со средним 0 и дисперсией 1. `empty` ничего не записывает: вы видите то, что
# случайно оказалось в памяти, так что эта функция нужна для тензоров, которые вы заполните сами. У
# каждой есть напарница с окончанием `_like`: вместо формы она получает тензор и создаёт новый, той
# же формы и того же типа данных, а если попросить — другого: `ones_like(x, dtype=torch.bool)`.
# Случайные числа здесь вещественные, поэтому для тензора из целых чисел `rand_like` и `randn_like`
# нужно попросить об этом обязательно. И о последней строке: одни скобки кортежа не создают, поэтому
# `(10)` — это просто 10. Как форма и `10`, и `(10,)` означают одну ось длины 10.
#
# Напишите три функции:
#
# - `frame(h, w, value)` — матрица `h` на `w`, у которой по всему краю (шириной в одну клетку) стоит
#   `value`, а внутри нули. Тип данных — `float32` при любом `value`.
# - `between(low, high, shape)` — тензор случайных чисел от `low` до `high`, все равновероятны.
#   Случайные числа берите одним вызовом, сразу на всю форму; то, что `rand` выдал бы как 0,
#   становится `low`.
# - `noisy(x, scale)` — новый тензор: `x` плюс нормальный шум, умноженный на `scale`, причём у каждого
#   числа из `x` шум свой. Случайные числа тоже берите одним вызовом, по одному на каждое число из
#   `x`. Шум имеет тип `float32`, а в `x` могут быть и целые числа. Сам `x` не меняется.
#
# Перед каждым вызовом проверяющая система выставляет генератор случайных чисел, так что один и тот же
# вызов даёт одни и те же числа.
#
# *Проверяется:* `framed`, `sample`, все три функции с другими аргументами и то, каким остаётся `x`
# после `noisy(x, scale)`.

# %%
#| exercise: by-shape
#| title:
#|   en: Tensors by their shape
#|   ru: Тензор по заданной форме
#| points: 3
#| draws: true
#| checks:
#|   - expr: framed
#|     constant: true
#|   - expr: sample
#|     public: true
#|   - expr: "[frame(5, 4, whole), frame(2, 6, -0.5)]"
#|     hidden: true
#|     points: 2
#|     given: |
#|       whole = torch.randint(2, 100, ()).item()
#|   - expr: between(low, low + 3, (4, 7))
#|     hidden: true
#|     given: |
#|       low = -5 * torch.rand(()).item() - 1
#|   - expr: between(-low, 10 - low, 30)
#|     hidden: true
#|     given: |
#|       low = -5 * torch.rand(()).item() - 1
#|   - expr: "[noisy(signal, 0.2), signal]"
#|     hidden: true
#|     given: |
#|       signal = torch.randn(3, 8)
#|   - expr: noisy(counts, 1.5)
#|     hidden: true
#|     given: |
#|       counts = torch.randint(0, 20, (6,))
#| properties:
#|   - property: torch.equal(noisy(framed, 0), framed)
#|     title:
#|       en: "noisy: with scale 0 nothing is added"
#|       ru: "noisy: при scale, равном 0, ничего не прибавляется"
#| blank: |
#|   def frame(h, w, value):
#|       ...  # YOUR CODE HERE
#|
#|
#|   def between(low, high, shape):
#|       ...  # YOUR CODE HERE
#|
#|
#|   def noisy(x, scale):
#|       ...  # YOUR CODE HERE
### BEGIN SOLUTION
def frame(h, w, value):
    made = torch.full((h, w), float(value))
    made[1:-1, 1:-1] = 0
    return made


def between(low, high, shape):
    return low + (high - low) * torch.rand(shape)


def noisy(x, scale):
    return x + scale * torch.randn_like(x, dtype=torch.float32)
### END SOLUTION


torch.manual_seed(0)
framed = frame(3, 5, 9)
sample = between(-1.0, 1.0, (2, 4))

# %%
#| mistake: by-shape
#| name: frame-of-whole-numbers
#| help:
#|   en: "Your frame looks right, but which dtype has it when `value` is a whole number, and which when it has a point? Which function decided that?"
#|   ru: "Рамка на вид верная, но какой у неё dtype, если `value` — целое число, и какой, если число с точкой? Какая функция это решила?"
def frame(h, w, value):
    made = torch.full((h, w), value)
    made[1:-1, 1:-1] = 0
    return made

# %%
#| mistake: by-shape
#| name: high-not-width
#| help:
#|   en: "Draw many numbers between two bounds that are not zero, and look at the smallest and the largest. Between which bounds do they really lie?"
#|   ru: "Возьмите много случайных чисел между двумя границами, отличными от нуля, и посмотрите на наименьшее и наибольшее. В каких границах они лежат на самом деле?"
def between(low, high, shape):
    return low + high * torch.rand(shape)

# %%
#| mistake: by-shape
#| name: noise-never-negative
#| help:
#|   en: "Subtract `x` from your noisy tensor. Which signs does the noise have, and which should it have if its mean is zero?"
#|   ru: "Вычтите `x` из вашего зашумлённого тензора. Какие знаки у шума и какие должны быть, если его среднее равно нулю?"
def noisy(x, scale):
    return x + scale * torch.rand_like(x, dtype=torch.float32)

# %%
#| mistake: by-shape
#| name: one-number-for-all
#| help:
#|   en: "Subtract `x` from your noisy tensor and compare the numbers that are left with each other. How many different ones should there be?"
#|   ru: "Вычтите `x` из вашего зашумлённого тензора и сравните оставшиеся числа между собой. Сколько среди них должно быть разных?"
def noisy(x, scale):
    return x + scale * torch.randn(1)

# %%
#| mistake: by-shape
#| name: input-changed
#| help:
#|   en: "What you return is right where it can be computed. Now print `x` before and after the call: does it hold the same numbers, and what happens if they are whole?"
#|   ru: "Там, где результат удаётся вычислить, он верен. А теперь выведите `x` до вызова и после него: те же ли в нём числа? И что происходит, если они целые?"
def noisy(x, scale):
    x += scale * torch.randn(x.shape)
    return x

# %%
#| alternative: by-shape
#| name: filled-in-place
def frame(h, w, value):
    made = torch.zeros(h, w)
    made[0], made[-1], made[:, 0], made[:, -1] = value, value, value, value
    return made


def between(low, high, shape):
    return torch.empty(shape).uniform_(low, high)


def noisy(x, scale):
    return x + torch.empty(x.shape).normal_(0, scale)

# %%
#| alternative: by-shape
#| name: padded-and-mixed
def frame(h, w, value):
    return torch.nn.functional.pad(torch.zeros(h - 2, w - 2), (1, 1, 1, 1), value=value)


def between(low, high, shape):
    part = torch.rand(shape)
    return part * high + (1 - part) * low


def noisy(x, scale):
    return torch.randn(x.shape).mul(scale).add(x)

# %%
#| alternative: by-shape
#| name: cell-by-cell
def frame(h, w, value):
    made = torch.ones((h, w)) * value
    for i in range(1, h - 1):
        for j in range(1, w - 1):
            made[i, j] = 0
    return made


def between(low, high, shape):
    return torch.rand(shape).mul_(high - low).add_(low)


def noisy(x, scale):
    return torch.normal(0.0, scale, x.shape) + x

# %% [markdown] lang="en"
# ## {image-axes}
#
# `x.dim()` says how many axes a tensor has; it is the length of `x.shape`. What an axis *means* is
# not written in the tensor. You have to know it. A picture shows why that matters: it has a height, a
# width and a channel for each colour (three for red, green and blue, one for grey). Files and NumPy
# keep pictures as `(h, w, c)`, where the three colours of a pixel stand side by side. The layers of
# PyTorch that look at pictures want `(c, h, w)`, where each channel is a matrix.
#
# `permute` puts the axes into another order: it takes the numbers of the old axes, and the first of
# them is the axis that comes first in the result.

# %% [markdown] lang="ru"
# ## {image-axes}
#
# `x.dim()` — это число осей тензора, оно же длина `x.shape`. Что каждая ось *означает*, в тензоре не
# записано: это нужно знать. Почему это важно, хорошо видно на картинке. У неё есть высота, ширина и
# каналы — по одному на цвет (три для красного, зелёного и синего, один у чёрно-белой). В файлах и в
# NumPy картинки хранятся в виде `(h, w, c)`: три цвета одного пикселя стоят рядом. Слоям PyTorch,
# которые работают с картинками, нужен вид `(c, h, w)`: каждый канал — отдельная матрица.
#
# `permute` меняет порядок осей: метод получает номера старых осей, и первым идёт номер той, которая
# станет первой.

# %%
x = torch.zeros(2, 3, 5, 7)
print(x.dim(), x.permute(3, 1, 0, 2).shape)


# en: An h by w picture of random colours, as it might come from a file.
# ru: Картинка h на w из случайных цветов, какой она могла бы прийти из файла.
def picture(h, w):
    torch.manual_seed(0)
    return torch.randint(0, 256, (h, w, 3), dtype=torch.uint8).numpy()


print(picture(2, 4))

# %% [markdown] lang="en"
# Write two functions:
#
# - `to_torch(image)` takes a NumPy array of the shape `(h, w, c)` and gives a tensor of the shape
#   `(c, h, w)` that shows the same picture;
# - `to_file(tensor)` goes back: from a tensor `(c, h, w)` to a NumPy array `(h, w, c)`.
#
# The dtype stays as it is. The same picture means: the number for row `i`, column `j` and channel `k`
# is found at `image[i, j, k]` before and at `tensor[k, i, j]` afterwards. A right shape is not enough
# for that, so look at a few numbers.
#
# *Checked:* `channels_first`, and both functions on other pictures, square ones among them.

# %% [markdown] lang="ru"
# Напишите две функции:
#
# - `to_torch(image)` получает массив NumPy формы `(h, w, c)` и возвращает тензор формы `(c, h, w)` с
#   той же картинкой;
# - `to_file(tensor)` — обратно: из тензора `(c, h, w)` в массив NumPy `(h, w, c)`.
#
# Тип данных не меняется. «Та же картинка» значит вот что: число для строки `i`, столбца `j` и канала
# `k` сначала стоит в `image[i, j, k]`, а потом в `tensor[k, i, j]`. Одной верной формы для этого
# мало, поэтому посмотрите и на сами числа.
#
# *Проверяется:* `channels_first` и обе функции на других картинках, в том числе квадратных.

# %%
#| exercise: image-axes
#| title:
#|   en: Axes, and pictures
#|   ru: Оси и картинки
#| points: 2
#| checks:
#|   - channels_first
#|   - expr: to_torch(wide)
#|     hidden: true
#|     given: |
#|       wide = torch.randint(0, 256, (4, 7, 3), dtype=torch.uint8).numpy()
#|   - expr: to_torch(square)
#|     hidden: true
#|     given: |
#|       square = torch.rand(5, 5, 2).numpy()
#|   - expr: to_file(planes)
#|     hidden: true
#|     given: |
#|       planes = torch.randint(0, 256, (3, 2, 6), dtype=torch.uint8)
#|   - expr: to_file(cube)
#|     hidden: true
#|     given: |
#|       cube = torch.rand(3, 3, 3)
#| properties:
#|   - channels_first[1, 2, 5] == image[2, 5, 1]
#|   - property: (to_file(channels_first) == image).all()
#|     title:
#|       en: to_file leads back to the picture
#|       ru: to_file возвращает исходную картинку
#| blank: |
#|   def to_torch(image):
#|       ...  # YOUR CODE HERE
#|
#|
#|   def to_file(tensor):
#|       ...  # YOUR CODE HERE
image = picture(6, 8)


### BEGIN SOLUTION
def to_torch(image):
    return torch.from_numpy(image).permute(2, 0, 1)


def to_file(tensor):
    return tensor.permute(1, 2, 0).numpy()
### END SOLUTION


channels_first = to_torch(image)

# %%
#| mistake: image-axes
#| name: numbers-in-old-order
#| help:
#|   en: "The shapes are right. Now take one pixel of a small picture and look for its three colours in your tensor. Are they where they should be?"
#|   ru: "Формы верны. А теперь возьмите один пиксель маленькой картинки и найдите три его цвета в вашем тензоре. Там ли они, где должны быть?"
def to_torch(image):
    h, w, c = image.shape
    return torch.from_numpy(image).reshape(c, h, w)


def to_file(tensor):
    c, h, w = tensor.shape
    return tensor.reshape(h, w, c).numpy()

# %%
#| mistake: image-axes
#| name: picture-turned
#| help:
#|   en: "The channels are where they belong. Follow the first row of the picture: does it still lie along a row in each channel?"
#|   ru: "Каналы на своём месте. Проследите за первой строкой картинки: осталась ли она строкой в каждом из каналов?"
def to_torch(image):
    return torch.from_numpy(image).swapaxes(0, 2)


def to_file(tensor):
    return tensor.swapaxes(0, 2).numpy()

# %%
#| mistake: image-axes
#| name: same-way-back
#| help:
#|   en: "Take a tensor with three different sizes and follow each axis through your second function. Does the same order of axes lead there and back?"
#|   ru: "Возьмите тензор с тремя разными размерами и проследите за каждой осью во второй функции. Один ли и тот же порядок осей ведёт туда и обратно?"
def to_file(tensor):
    return tensor.permute(2, 0, 1).numpy()

# %%
#| mistake: image-axes
#| name: still-a-tensor
#| help:
#|   en: "The axes are right. What type does `to_file` return, and what does the task ask for?"
#|   ru: "С осями всё верно. Какого типа то, что возвращает `to_file`, и что требуется в задании?"
def to_file(tensor):
    return tensor.permute(1, 2, 0)

# %%
#| alternative: image-axes
#| name: in-numpy
def to_torch(image):
    return torch.tensor(np.transpose(image, (2, 0, 1)))


def to_file(tensor):
    return np.moveaxis(tensor.numpy(), 0, -1)

# %%
#| alternative: image-axes
#| name: channel-by-channel
def to_torch(image):
    return torch.stack([torch.tensor(image[:, :, k]) for k in range(image.shape[2])])


def to_file(tensor):
    return np.stack([channel.numpy() for channel in tensor], axis=2)

# %%
#| alternative: image-axes
#| name: two-swaps
def to_torch(image):
    return torch.tensor(image).swapaxes(1, 2).swapaxes(0, 1)


def to_file(tensor):
    return np.array(torch.movedim(tensor, 0, 2))

# %% [markdown] lang="en"
# ## {flatten}
#
# A fully connected layer takes vectors, not pictures. So the numbers of a picture are put into one
# long row. `flatten()` reads them row by row, the last axis fastest, into a vector; `ravel()` does
# the same. `numel()` counts the numbers. `reshape` puts the same numbers, in the same order, into any
# shape that holds as many. One of the sizes may be `-1`: it becomes whatever is left.

# %% [markdown] lang="ru"
# ## {flatten}
#
# Полносвязный слой принимает векторы, а не картинки, поэтому числа картинки вытягивают в одну
# длинную строку. `flatten()` читает их строку за строкой (быстрее всего меняется последний индекс)
# и складывает в вектор; `ravel()` делает то же самое. `numel()` считает, сколько всего чисел.
# `reshape` раскладывает те же числа в том же порядке в любую форму с тем же количеством чисел. Один
# из размеров может быть `-1`: он станет таким, чтобы всё сошлось.

# %%
x = torch.arange(12).reshape(2, 2, 3)
print(x)
print(x.flatten(), x.ravel().shape, x.numel())
print(x.reshape(-1, 6).shape, x.reshape(3, 1, -1).shape)

# %% [markdown] lang="en"
# Models take many objects at once, a *batch*, and its first axis counts the objects. That axis has to
# survive: the rows belong to different objects. Write three functions:
#
# - `rows_of(batch)`: a matrix with a row for each object; a batch `(n, c, h, w)` becomes
#   `(n, c * h * w)`. It should do the same for objects with one axis or more (sounds
#   `(n, c, length)`, say), and a batch of one object is a batch as well.
# - `pictures_of(rows, c, h, w)`: back from such a matrix to the batch of pictures `(n, c, h, w)`.
# - `numbers_each(batch)`: how many numbers one object of the batch has, as a Python integer
#   (`int`).
#
# *Checked:* `rows`, and the functions on batches of other shapes.

# %% [markdown] lang="ru"
# Модели принимают сразу много объектов — *батч*, и его первая ось нумерует объекты. Эта ось должна
# уцелеть: строки относятся к разным объектам. Напишите три функции:
#
# - `rows_of(batch)` — матрица, в которой каждому объекту соответствует строка; батч `(n, c, h, w)`
#   превращается в `(n, c * h * w)`. То же самое должно получаться для объектов с одной осью и более
#   (скажем, звук — это `(n, c, length)`), а батч из одного объекта — тоже батч.
# - `pictures_of(rows, c, h, w)` — обратно: из такой матрицы в батч картинок `(n, c, h, w)`.
# - `numbers_each(batch)` — сколько чисел в одном объекте батча; целое число Python (`int`).
#
# *Проверяется:* `rows` и все функции на батчах других форм.

# %%
#| exercise: flatten
#| title:
#|   en: Flat, and back into shape
#|   ru: Вытянуть в вектор и вернуть форму
#| points: 2
#| checks:
#|   - rows
#|   - expr: "[rows_of(photos), rows_of(single)]"
#|     hidden: true
#|     points: 2
#|     given: |
#|       photos, single = torch.randn(5, 3, 2, 4), torch.randn(1, 2, 3, 3)
#|   - expr: "[rows_of(sounds), rows_of(points)]"
#|     hidden: true
#|     given: |
#|       sounds, points = torch.randn(3, 2, 9), torch.randn(4, 6)
#|   - expr: "[pictures_of(lines, 3, 2, 5), pictures_of(line, 2, 4, 3)]"
#|     title:
#|       en: "pictures_of: several rows, and a single one"
#|       ru: "pictures_of: несколько строк и одна"
#|     hidden: true
#|     points: 2
#|     given: |
#|       lines, line = torch.randn(7, 30), torch.randn(1, 24)
#|   - expr: "[numbers_each(some), numbers_each(some[:1]), numbers_each(some[0])]"
#|     title:
#|       en: "numbers_each: batches of many objects and of one"
#|       ru: "numbers_each: батчи из многих объектов и из одного"
#|     hidden: true
#|     constant: true
#|     given: |
#|       some = torch.randn(6, 2, 5, 3)
#| properties:
#|   - property: torch.equal(pictures_of(rows, 3, 5, 6), batch)
#|     title:
#|       en: pictures_of leads back to the batch
#|       ru: pictures_of возвращает исходный батч
#|   - numbers_each(batch) == rows.shape[1]
#| blank: |
#|   def rows_of(batch):
#|       ...  # YOUR CODE HERE
#|
#|
#|   def pictures_of(rows, c, h, w):
#|       ...  # YOUR CODE HERE
#|
#|
#|   def numbers_each(batch):
#|       ...  # YOUR CODE HERE
torch.manual_seed(0)
batch = torch.rand(4, 3, 5, 6)


### BEGIN SOLUTION
def rows_of(batch):
    return batch.reshape(len(batch), -1)


def pictures_of(rows, c, h, w):
    return rows.reshape(-1, c, h, w)


def numbers_each(batch):
    return batch[0].numel()
### END SOLUTION


rows = rows_of(batch)

# %%
#| mistake: flatten
#| name: all-in-one-vector
#| help:
#|   en: "How many axes has your result? Can you still ask it for the numbers of one object?"
#|   ru: "Сколько осей у вашего результата? Можно ли ещё узнать у него числа одного объекта?"
def rows_of(batch):
    return batch.flatten()

# %%
#| mistake: flatten
#| name: channels-kept
#| help:
#|   en: "How many axes are left of a picture in your result, and how many of a sound? What does the task say for any number of axes?"
#|   ru: "Сколько осей в вашем результате остаётся от картинки, а сколько от звука? И что сказано в задании про любое число осей?"
def rows_of(batch):
    return batch.reshape(len(batch), batch.shape[1], -1)

# %%
#| mistake: flatten
#| name: rest-comes-first
#| help:
#|   en: "Which axis of your result counts the objects? Take one row of it: from how many different objects do its numbers come?"
#|   ru: "Какая ось вашего результата нумерует объекты? Возьмите одну его строку: из скольких разных объектов пришли её числа?"
def rows_of(batch):
    return batch.reshape(-1, len(batch))

# %%
#| mistake: flatten
#| name: batch-of-one-lost
#| help:
#|   en: "For several objects all is well. Give your function a batch with a single object: is the result still a matrix?"
#|   ru: "Для нескольких объектов всё верно. Дайте вашей функции батч из единственного объекта: останется ли результат матрицей?"
def rows_of(batch):
    return batch.reshape(len(batch), -1).squeeze()

# %%
#| mistake: flatten
#| name: channels-last
#| help:
#|   en: "Compare the shape of what `pictures_of` returns with that of a batch of pictures: in which order do the axes of a picture stand?"
#|   ru: "Сравните форму того, что возвращает `pictures_of`, с формой батча картинок: в каком порядке идут оси картинки?"
def pictures_of(rows, c, h, w):
    return rows.reshape(-1, h, w, c)

# %%
#| mistake: flatten
#| name: whole-batch-counted
#| help:
#|   en: "Call `numbers_each` for a batch, and for a batch of only its first picture. Should the two results differ?"
#|   ru: "Вызовите `numbers_each` для батча и для батча из одной его первой картинки. Должны ли результаты отличаться?"
def numbers_each(batch):
    return batch.numel()

# %%
#| alternative: flatten
#| name: from-the-second-axis
def rows_of(batch):
    return batch.flatten(start_dim=1)


def pictures_of(rows, c, h, w):
    return rows.unflatten(1, (c, h, w))


def numbers_each(batch):
    return batch.numel() // batch.shape[0]

# %%
#| alternative: flatten
#| name: object-by-object
def rows_of(batch):
    return torch.stack([one.ravel() for one in batch])


def pictures_of(rows, c, h, w):
    return torch.stack([row.view(c, h, w) for row in rows])


def numbers_each(batch):
    count = 1
    for size in batch.shape[1:]:
        count *= size
    return count

# %% [markdown] lang="en"
# ## {swap-or-reshape}
#
# Both can turn the shape `(2, 3)` into `(3, 2)`, but not with the same result:

# %% [markdown] lang="ru"
# ## {swap-or-reshape}
#
# Из формы `(2, 3)` обе операции могут получить `(3, 2)`, но результат будет разным:

# %%
m = torch.arange(6).reshape(2, 3)
print(m)
print(m.reshape(3, 2))
print(m.swapaxes(0, 1))

# %% [markdown] lang="en"
# `reshape` leaves the numbers in the order in which one reads them, row by row, and only sets the
# brackets anew. `swapaxes` leaves each number its indices and swaps two of them: what was at `[i, j]`
# is now at `[j, i]`. Read row by row, the numbers then come in another order. (For a matrix `.T` does
# the same, and `permute` with all axes does it for several at once.)
#
# So where numbers are to be read in an order other than row by row, it takes both. Write three
# functions:
#
# - `column_by_column(m)`: a vector with the numbers of the matrix `m`, its first column first, then
#   the second, and so on;
# - `from_columns(v, n_rows)`: the way back, from such a vector to the matrix with `n_rows` rows;
# - `pixels(image)`: from a picture `(c, h, w)` to a matrix `(h * w, c)` that has a row for each pixel
#   with its `c` colours. The pixels come as one reads the picture: row by row.
#
# *Checked:* `columns`, and the functions on matrices and pictures of other shapes, square ones among
# them.

# %% [markdown] lang="ru"
# `reshape` оставляет числа в том порядке, в котором их читают, строка за строкой, и только заново
# расставляет скобки. `swapaxes` оставляет каждому числу его индексы, но меняет два из них местами:
# что стояло в `[i, j]`, теперь стоит в `[j, i]`. Если читать строка за строкой, порядок чисел станет
# другим. (Для матрицы то же самое делает `.T`, а `permute` переставляет сразу все оси.)
#
# Значит, если числа нужно прочитать не по строкам, потребуются обе операции. Напишите три функции:
#
# - `column_by_column(m)` — вектор из чисел матрицы `m`: сначала первый столбец, потом второй и так
#   далее;
# - `from_columns(v, n_rows)` — обратно: из такого вектора матрица, в которой `n_rows` строк;
# - `pixels(image)` — из картинки `(c, h, w)` матрица `(h * w, c)`, где каждому пикселю соответствует
#   строка с его `c` цветами. Пиксели идут в том порядке, в котором читают картинку: строка за
#   строкой.
#
# *Проверяется:* `columns` и все функции на матрицах и картинках другой формы, в том числе квадратных.

# %%
#| exercise: swap-or-reshape
#| title:
#|   en: Swapping axes is not reshaping
#|   ru: Поменять оси местами — не то же, что reshape
#| points: 3
#| checks:
#|   - expr: columns
#|     public: true
#|   - expr: "[column_by_column(tall), column_by_column(square)]"
#|     title:
#|       en: "column_by_column: a tall matrix and a square one"
#|       ru: "column_by_column: высокая матрица и квадратная"
#|     hidden: true
#|     given: |
#|       tall, square = torch.randn(5, 2), torch.randn(3, 3)
#|   - expr: "[from_columns(long, 2), from_columns(long, 6), from_columns(short, 3)]"
#|     title:
#|       en: "from_columns: different numbers of rows"
#|       ru: "from_columns: разное число строк"
#|     hidden: true
#|     given: |
#|       long, short = torch.randn(12), torch.randn(9)
#|   - expr: "[pixels(photo), pixels(cube)]"
#|     hidden: true
#|     given: |
#|       photo, cube = torch.rand(2, 4, 5), torch.rand(3, 3, 3)
#| properties:
#|   - property: torch.equal(from_columns(columns, 2), m)
#|     title:
#|       en: from_columns leads back to the matrix
#|       ru: from_columns возвращает исходную матрицу
#|   - pixels(torch.zeros(3, 2, 5)).shape == (10, 3)
#| blank: |
#|   def column_by_column(m):
#|       ...  # YOUR CODE HERE
#|
#|
#|   def from_columns(v, n_rows):
#|       ...  # YOUR CODE HERE
#|
#|
#|   def pixels(image):
#|       ...  # YOUR CODE HERE
torch.manual_seed(0)
m = torch.randint(0, 100, (2, 4))


### BEGIN SOLUTION
def column_by_column(m):
    return m.swapaxes(0, 1).flatten()


def from_columns(v, n_rows):
    return v.reshape(-1, n_rows).swapaxes(0, 1)


def pixels(image):
    return image.reshape(len(image), -1).swapaxes(0, 1)
### END SOLUTION


columns = column_by_column(m)

# %%
#| mistake: swap-or-reshape
#| name: row-by-row
#| help:
#|   en: "Compare the beginning of your vector with the matrix. Are its first numbers below each other in the matrix, or side by side?"
#|   ru: "Сравните начало вашего вектора с матрицей. Первые его числа стоят в матрице друг под другом или рядом?"
def column_by_column(m):
    return m.flatten()

# %%
#| mistake: swap-or-reshape
#| name: back-by-rows
#| help:
#|   en: "Your matrix has the right shape. Send a small matrix there and back: into what does its first column turn?"
#|   ru: "Форма у вашей матрицы верная. Прогоните маленькую матрицу туда и обратно: во что превращается её первый столбец?"
def from_columns(v, n_rows):
    return v.reshape(n_rows, -1)

# %%
#| mistake: swap-or-reshape
#| name: back-without-swap
#| help:
#|   en: "Each column has stayed together. But does it still stand upright in the matrix that you return? Count its rows."
#|   ru: "Каждый столбец остался целым. Но стоит ли он в матрице, которую вы возвращаете, по-прежнему вертикально? Посчитайте её строки."
def from_columns(v, n_rows):
    return v.reshape(-1, n_rows)

# %%
#| mistake: swap-or-reshape
#| name: colours-mixed
#| help:
#|   en: "Take a picture whose channels are filled with one number each. What should every row of the result look like, and what does your first row look like?"
#|   ru: "Возьмите картинку, у которой каждый канал заполнен одним числом. Как должна выглядеть каждая строка результата и как выглядит ваша первая строка?"
def pixels(image):
    c, h, w = image.shape
    return image.reshape(h * w, c)

# %%
#| mistake: swap-or-reshape
#| name: pixels-by-columns
#| help:
#|   en: "Each row holds the colours of one pixel. Which pixel does the second row belong to: the one to the right of the first, or the one below it?"
#|   ru: "В каждой строке — цвета одного пикселя. Какому пикселю соответствует вторая строка: тому, что справа от первого, или тому, что под ним?"
def pixels(image):
    return image.swapaxes(0, 2).reshape(-1, len(image))

# %%
#| alternative: swap-or-reshape
#| name: joined-columns
def column_by_column(m):
    return torch.cat([m[:, j] for j in range(m.shape[1])])


def from_columns(v, n_rows):
    return torch.stack(v.split(n_rows), dim=1)


def pixels(image):
    return image.permute(1, 2, 0).flatten(0, 1)

# %%
#| alternative: swap-or-reshape
#| name: by-index
def column_by_column(m):
    h, w = m.shape
    return torch.stack([m[i, j] for j in range(w) for i in range(h)])


def from_columns(v, n_rows):
    return torch.stack([v[i::n_rows] for i in range(n_rows)])


def pixels(image):
    _, h, w = image.shape
    return torch.stack([image[:, i, j] for i in range(h) for j in range(w)])

# %%
#| alternative: swap-or-reshape
#| name: einsum
def column_by_column(m):
    return torch.einsum("ij->ji", m).reshape(-1)


def from_columns(v, n_rows):
    return v.reshape(len(v) // n_rows, n_rows).T


def pixels(image):
    return torch.einsum("chw->hwc", image).reshape(-1, image.shape[0])

# %% [markdown] lang="en"
# ## {cat}
#
# `torch.cat` takes a list (or a tuple) of tensors and joins them along one of their axes, `dim`:

# %% [markdown] lang="ru"
# ## {cat}
#
# `torch.cat` получает список (или кортеж) тензоров и склеивает их вдоль одной из их осей, `dim`:

# %%
x, y = torch.zeros(2, 3), torch.ones(2, 3)
print(torch.cat([x, y], dim=0))
print(torch.cat([x, y], dim=1))

u, v = torch.zeros(4, 2, 1), torch.zeros(3, 2, 1)
print(torch.cat([u, v, u], dim=0).shape)
print(error_of(torch.cat, [u, v], 1))

# %% [markdown] lang="en"
# Along the axis that is joined, the sizes add up. The last line shows that not everything can be
# joined. Try a few shapes until you know what has to agree and what need not.
#
# Write two functions:
#
# - `from_blocks(blocks)` puts matrices together to a large one. `blocks` is a list of lists: the
#   inner list holds matrices that stand side by side, from left to right, and the outer one holds
#   such rows from top to bottom.
# - `joinable(tensors, dim)` says by `True` or `False` whether the tensors of a list, each with two
#   or more axes, can be joined along the axis `dim`, which is 0 or 1. There is at least one of
#   them.
#
# *Checked:* `large`, and both functions on other tensors.

# %% [markdown] lang="ru"
# Вдоль той оси, по которой склеивают, размеры складываются. Последняя строка показывает, что склеить
# можно не всё. Попробуйте разные формы, пока не поймёте, что должно совпадать, а что не обязано.
#
# Напишите две функции:
#
# - `from_blocks(blocks)` собирает из матриц одну большую. `blocks` — список списков: во внутреннем
#   списке лежат матрицы, которые стоят рядом слева направо, а во внешнем — такие ряды сверху вниз.
# - `joinable(tensors, dim)` отвечает `True` или `False`: можно ли склеить тензоры из списка вдоль
#   оси `dim`. Осей у каждого тензора две или больше, `dim` равно 0 или 1, тензоров — один или
#   больше.
#
# *Проверяется:* `large` и обе функции на других тензорах.

# %%
#| exercise: cat
#| title:
#|   en: Joining tensors
#|   ru: Склеить тензоры
#| points: 3
#| checks:
#|   - large
#|   - expr: from_blocks(uneven)
#|     hidden: true
#|     points: 2
#|     given: |
#|       uneven = [
#|           [torch.randn(2, 3), torch.randn(2, 1), torch.randn(2, 2)],
#|           [torch.randn(4, 1), torch.randn(4, 5)],
#|           [torch.randn(1, 6)],
#|       ]
#|   - expr: "[[joinable(lot, dim) for dim in (0, 1)] for lot in lots]"
#|     title:
#|       en: "joinable: eleven lists of tensors, along either axis"
#|       ru: "joinable: одиннадцать списков тензоров вдоль каждой из осей"
#|     hidden: true
#|     points: 3
#|     constant: true
#|     given: |
#|       shapes = [
#|           [(2, 3), (4, 3)],
#|           [(2, 3), (2, 5), (2, 1)],
#|           [(2, 3), (2, 3)],
#|           [(2, 3), (2, 3, 1)],
#|           [(4, 2, 5), (4, 2)],
#|           [(3, 2, 1), (5, 2, 1), (1, 2, 2)],
#|           [(4, 2, 1), (5, 2, 1), (1, 2, 1)],
#|           [(2, 3, 1), (2, 3, 2)],
#|           [(2, 3), (4, 5)],
#|           [(5, 3, 2), (5, 1, 2), (5, 4, 2)],
#|           [(4, 1)],
#|       ]
#|       lots = [[torch.zeros(shape) for shape in one] for one in shapes]
#| properties:
#|   - property: torch.equal(large[:2, 2:], b) and torch.equal(large[2:, :2], c)
#|     title:
#|       en: "large: b stands at the top right, c at the bottom left"
#|       ru: "large: b стоит справа вверху, c — слева внизу"
#|   - isinstance(joinable([a, b], 0), bool)
#| blank: |
#|   def from_blocks(blocks):
#|       ...  # YOUR CODE HERE
#|
#|
#|   def joinable(tensors, dim):
#|       ...  # YOUR CODE HERE
torch.manual_seed(0)
a, b, c, d = torch.randint(0, 10, (4, 2, 2))


### BEGIN SOLUTION
def from_blocks(blocks):
    return torch.cat([torch.cat(row, dim=1) for row in blocks], dim=0)


def joinable(tensors, dim):
    rests = []
    for tensor in tensors:
        sizes = list(tensor.shape)
        del sizes[dim]
        rests.append(sizes)
    return all(rest == rests[0] for rest in rests)
### END SOLUTION


large = from_blocks([[a, b], [c, d]])

# %%
#| mistake: cat
#| name: blocks-transposed
#| help:
#|   en: "Where in the large matrix does the second block of the first list end up: beside the first one, or below it? And what happens to lists of different lengths?"
#|   ru: "Где в большой матрице оказывается второй блок из первого списка: справа от первого или под ним? И что происходит со списками разной длины?"
def from_blocks(blocks):
    return torch.cat([torch.cat(row, dim=0) for row in blocks], dim=1)


def joinable(tensors, dim):
    return error_of(torch.cat, tensors, dim) == "no error"

# %%
#| mistake: cat
#| name: all-sizes-alike
#| help:
#|   en: "Does `torch.cat` take fewer tensors than your `joinable` allows, or more? Try two that differ along one axis only."
#|   ru: "Что строже: `torch.cat` или ваша `joinable`? Попробуйте два тензора, которые различаются размером только по одной оси."
def joinable(tensors, dim):
    return all(tensor.shape == tensors[0].shape for tensor in tensors)

# %%
#| mistake: cat
#| name: size-along-dim
#| help:
#|   en: "Along which axis do you compare sizes in `joinable`, and what does `torch.cat` do with the sizes along that axis?"
#|   ru: "Размеры по какой оси вы сравниваете в `joinable` и что `torch.cat` делает с размерами по этой оси?"
def joinable(tensors, dim):
    return all(tensor.shape[dim] == tensors[0].shape[dim] for tensor in tensors)

# %%
#| mistake: cat
#| name: first-two-only
#| help:
#|   en: "Take two tensors that can be joined, and append a third one, of any shape, to the list. Does the answer of your `joinable` change?"
#|   ru: "Возьмите два тензора, которые можно склеить, и добавьте в список третий, какой угодно формы. Меняется ли ответ вашей `joinable`?"
def joinable(tensors, dim):
    return error_of(torch.cat, tensors[:2], dim) == "no error"

# %%
#| mistake: cat
#| name: axes-not-counted
#| help:
#|   en: "Your `joinable` is right as long as all tensors have equally many axes. What does it look at where one of them has an axis more?"
#|   ru: "Ваша `joinable` права, пока у всех тензоров поровну осей. На что она смотрит, если у одного из них осей больше?"
def joinable(tensors, dim):
    for tensor in tensors:
        for axis, (one, other) in enumerate(zip(tensor.shape, tensors[0].shape)):
            if axis != dim and one != other:
                return False
    return True

# %%
#| alternative: cat
#| name: by-trying
def from_blocks(blocks):
    return torch.vstack([torch.hstack(row) for row in blocks])


def joinable(tensors, dim):
    return error_of(torch.cat, tensors, dim) == "no error"

# %%
#| alternative: cat
#| name: sets-of-shapes
def from_blocks(blocks):
    rows = [torch.cat([block.T for block in row]).T for row in blocks]
    return torch.cat(rows)


def joinable(tensors, dim):
    return len({(*one.shape[:dim], None, *one.shape[dim + 1 :]) for one in tensors}) == 1

# %%
#| alternative: cat
#| name: copied-into-place
def from_blocks(blocks):
    height = sum(row[0].shape[0] for row in blocks)
    width = sum(block.shape[1] for block in blocks[0])
    made = torch.empty(height, width, dtype=blocks[0][0].dtype)
    top = 0
    for row in blocks:
        left = 0
        for block in row:
            made[top : top + block.shape[0], left : left + block.shape[1]] = block
            left += block.shape[1]
        top += row[0].shape[0]
    return made


def joinable(tensors, dim):
    try:
        torch.cat(tensors, dim)
    except RuntimeError:
        return False
    return True

# %% [markdown] lang="en"
# ## {new-axis}
#
# Sometimes an axis is missing. A network wants a batch of images, and you have a single one. Or each
# number of one vector has to meet each number of another, as in a multiplication table.
#
# `x.unsqueeze(k)` puts an axis of size 1 at place `k`. No number is added or moved. A negative `k`
# counts from the end of the *new* shape, so `-1` makes the new axis the last one, however many there
# are. Indexing with `None` does the same: the new axis stands where `None` stands, and `...` stands
# for all the axes that you do not name.
#
# An axis of size 1 is useful because it can be stretched. In `column * row` below, the shapes
# `(3, 1)` and `(1, 4)` meet, and the result has the shape `(3, 4)`.

# %% [markdown] lang="ru"
# ## {new-axis}
#
# Бывает, что тензору не хватает оси. Сеть ждёт на вход батч картинок, а картинка всего одна. Или
# каждое число одного вектора должно встретиться с каждым числом другого, как в таблице умножения.
#
# `x.unsqueeze(k)` вставляет на место `k` ось размера 1. Числа при этом не добавляются и не
# переставляются. Отрицательное `k` отсчитывается от конца *новой* формы: при `-1` новая ось окажется
# последней, сколько бы осей ни было. То же самое делает индексация с `None`: новая ось встаёт туда,
# где стоит `None`, а многоточие `...` заменяет все оси, которые вы не назвали.
#
# Ось размера 1 полезна тем, что её можно растянуть. Ниже в произведении `column * row` встречаются
# формы `(3, 1)` и `(1, 4)`, а форма результата — `(3, 4)`.

# %%
x = torch.rand(2, 3)
for k in (0, 1, 2, -1, -2, -3):
    print(k, x.unsqueeze(k).shape)
print(x[:, None, :].shape, x[None, :, None].shape, x[None, ...].shape)

column = torch.tensor([[1], [2], [3]])
row = torch.tensor([[1, 2, 3, 4]])
print(column * row)

# %% [markdown] lang="en"
# `x.squeeze()` is the way back: it removes *every* axis of size 1. With a number, as in
# `x.squeeze(2)`, it looks at that axis alone, and if its size is not 1, the tensor comes back as it
# is, without an error. The numbers stay where they are. `view` and `reshape` could do the same, but
# they want to be told the whole shape: `view()` without one raises an error.

# %% [markdown] lang="ru"
# Обратное действие — `x.squeeze()`: он убирает *все* оси размера 1. Если указать номер, например
# `x.squeeze(2)`, он посмотрит только на эту ось, а если её размер не 1, вернёт тензор таким, каков он
# есть, без всякой ошибки. Сами числа остаются на своих местах. То же самое могут сделать `view` и
# `reshape`, но им нужно сообщить форму целиком: `view()` без формы завершится ошибкой.

# %%
x = torch.rand(1, 4, 1, 3)
print(x.squeeze().shape)
print(x.squeeze(0).shape, x.squeeze(2).shape, x.squeeze(3).shape)
print(error_of(x.view))

# %% [markdown] lang="en"
# Write three functions.
#
# - `to_batch(image)` takes an image of shape `(c, h, w)` and returns a batch with this one image in
#   it, of shape `(1, c, h, w)`.
# - `differences(a, b)` takes two vectors and returns the table whose element in row `i` and column
#   `j` is $a_i - b_j$. It also takes two batches of vectors, of the shapes `(n, p)` and `(n, q)`, and
#   then returns one table for each pair of vectors, `(n, p, q)` in all. If you count the axes from
#   the end, the same code does for both cases.
# - `drop_channel(batch)` takes a batch of grey images, `(n, 1, h, w)`, and returns it with the shape
#   `(n, h, w)`. Any of `n`, `h` and `w` may be 1 as well: code that worked for a year breaks when the
#   last batch of an epoch happens to hold a single image. A batch of colour images, `(n, 3, h, w)`,
#   has no axis to be removed, so it comes back as it is.
#
# *Checked:* the first two functions on the data below, and all three on other data: `differences` on
# batches too, `drop_channel` on batches of one image and on colour images.

# %% [markdown] lang="ru"
# Напишите три функции.
#
# - `to_batch(image)` получает картинку формы `(c, h, w)` и возвращает батч из одной этой картинки,
#   форма которого — `(1, c, h, w)`.
# - `differences(a, b)` получает два вектора и возвращает таблицу, в которой на пересечении строки `i`
#   и столбца `j` стоит $a_i - b_j$. Кроме того, она принимает два батча векторов, формы `(n, p)` и
#   `(n, q)`, и тогда возвращает по таблице на каждую пару векторов, то есть тензор формы `(n, p, q)`.
#   Если отсчитывать оси с конца, для обоих случаев подойдёт один и тот же код.
# - `drop_channel(batch)` получает батч чёрно-белых картинок формы `(n, 1, h, w)` и возвращает его же,
#   но формы `(n, h, w)`. Любое из чисел `n`, `h` и `w` тоже может быть равно 1: код, который работал
#   целый год, ломается, когда в последнем батче эпохи случайно остаётся одна картинка. В батче
#   цветных картинок, `(n, 3, h, w)`, убирать нечего, и он возвращается без изменений.
#
# *Проверяется:* первые две функции на данных ниже и все три на других данных: `differences` — ещё и
# на батчах векторов, `drop_channel` — на батчах из одной картинки и на цветных картинках.

# %%
#| exercise: new-axis
#| title:
#|   en: Axes of size 1
#|   ru: Оси размера 1
#| points: 3
#| checks:
#|   - to_batch(image)
#|   - differences(a, b)
#|   - expr: to_batch(picture)
#|     hidden: true
#|     given: |
#|       picture = torch.randn(1, 4, 6)
#|   - expr: differences(left, right)
#|     hidden: true
#|     points: 2
#|     given: |
#|       left, right = torch.randn(5), torch.randn(5)
#|   - expr: differences(first, second)
#|     hidden: true
#|     given: |
#|       first, second = torch.randn(3, 3), torch.randn(3, 3)
#|   - expr: differences(third, fourth)
#|     hidden: true
#|     given: |
#|       third, fourth = torch.randn(2, 4), torch.randn(2, 6)
#|   - expr: drop_channel(single)
#|     hidden: true
#|     given: |
#|       single = torch.randn(1, 1, 3, 4)
#|   - expr: drop_channel(strips)
#|     hidden: true
#|     given: |
#|       strips = torch.randn(5, 1, 1, 4)
#|   - expr: drop_channel(colour)
#|     hidden: true
#|     given: |
#|       colour = torch.randn(2, 3, 4, 5)
#| properties:
#|   - differences(a, b)[2, 1] == a[2] - b[1]
#|   - drop_channel(torch.zeros(1, 1, 1, 4)).shape == (1, 1, 4)
#| blank: |
#|   def to_batch(image):
#|       ...  # YOUR CODE HERE
#|
#|
#|   def differences(a, b):
#|       ...  # YOUR CODE HERE
#|
#|
#|   def drop_channel(batch):
#|       ...  # YOUR CODE HERE
torch.manual_seed(9)
image = torch.rand(3, 5, 7)
a, b = torch.randn(4), torch.randn(3)


### BEGIN SOLUTION
def to_batch(image):
    return image.unsqueeze(0)


def differences(a, b):
    return a.unsqueeze(-1) - b.unsqueeze(-2)


def drop_channel(batch):
    return batch.squeeze(1)
### END SOLUTION

# %%
#| mistake: new-axis
#| name: vectors-only
#| help:
#|   en: "For two vectors your table is right. Print the shapes of the two tensors that you subtract when `a` and `b` are batches: which axes meet there?"
#|   ru: "Для двух векторов таблица верна. Выведите формы обоих тензоров, которые вы вычитаете, когда `a` и `b` — батчи: какие оси там встречаются?"
def differences(a, b):
    return a[:, None] - b

# %%
#| mistake: new-axis
#| name: rows-and-columns-exchanged
#| help:
#|   en: "Walk along one row of your table. Which of the two changes from step to step, the number taken from `a` or the one taken from `b`?"
#|   ru: "Пройдите по одной строке своей таблицы. Что меняется от шага к шагу: число из `a` или число из `b`?"
def differences(a, b):
    return a.unsqueeze(-2) - b.unsqueeze(-1)

# %%
#| mistake: new-axis
#| name: subtracted-the-other-way
#| help:
#|   en: "Take a large number for `a` and a small one for `b`. Which sign should their difference have, and which has yours?"
#|   ru: "Возьмите в `a` большое число, а в `b` маленькое. Какой знак должен быть у их разности и какой получился у вас?"
def differences(a, b):
    return b.unsqueeze(-2) - a.unsqueeze(-1)

# %%
#| mistake: new-axis
#| name: batch-axis-last
#| help:
#|   en: "Take the element `[0]` of your batch and print its shape. Is it the whole image?"
#|   ru: "Возьмите элемент `[0]` своего батча и выведите его форму. Это вся картинка?"
def to_batch(image):
    return image.unsqueeze(-1)

# %%
#| mistake: new-axis
#| name: every-axis
#| help:
#|   en: "Call your function on a batch that holds a single image and print the shape. How many axes did you want to lose, and how many are gone?"
#|   ru: "Вызовите свою функцию на батче из одной картинки и выведите форму. Сколько осей вы хотели убрать и сколько исчезло?"
def drop_channel(batch):
    return batch.squeeze()

# %%
#| mistake: new-axis
#| name: first-channel-taken
#| help:
#|   en: "For grey images all is well. What does your code do to an image that has several channels, and how much of it is left?"
#|   ru: "С чёрно-белыми картинками всё в порядке. А что ваш код делает с картинкой, у которой каналов несколько, и что от неё остаётся?"
def drop_channel(batch):
    return batch[:, 0]

# %%
#| alternative: new-axis
#| name: none
def to_batch(image):
    return image[None]


def differences(a, b):
    return a[..., :, None] - b[..., None, :]


def drop_channel(batch):
    return torch.squeeze(batch, dim=-3)

# %%
#| alternative: new-axis
#| name: loop
def to_batch(image):
    return torch.stack([image])


def differences(a, b):
    rows = []
    for i in range(a.shape[-1]):
        rows.append(a[..., i : i + 1] - b)
    return torch.stack(rows, dim=-2)


def drop_channel(batch):
    if batch.shape[1] == 1:
        return batch[:, 0, :, :]
    return batch

# %%
#| alternative: new-axis
#| name: reshape
def to_batch(image):
    return image.reshape(1, *image.shape)


def differences(a, b):
    if a.ndim == 1:
        return a.reshape(-1, 1) - b
    n, p = a.shape
    return a.view(n, p, 1) - b.view(n, 1, -1)


def drop_channel(batch):
    n, c, h, w = batch.shape
    return batch.reshape(n, h, w) if c == 1 else batch

# %% [markdown] lang="en"
# ## {dtypes}
#
# All numbers of a tensor have one type, its `dtype`. Floating-point numbers are `float32` if you say
# nothing: four bytes each, about seven significant digits. `dtype=` asks for another type when a tensor
# is made, and `.to(...)` converts one that is there. `float64` takes twice as much memory and is far
# more precise. `float16` takes half as much, and large networks are often computed in it, but
#
# - its largest number is 65504, and what is clearly larger becomes infinite;
# - it has only about three significant digits. What lies between two of its numbers is rounded to the
#   nearer one: 2.2 to 2.1992, and of the whole numbers above 2048 the odd ones are missing.

# %% [markdown] lang="ru"
# ## {dtypes}
#
# Все числа в тензоре одного типа: у тензора есть тип данных, `dtype`. Вещественные числа по
# умолчанию хранятся в `float32`: четыре байта на число, около семи значащих цифр. Другой тип можно
# заказать при создании тензора через `dtype=`, а готовый тензор можно преобразовать через
# `.to(...)`. `float64` занимает вдвое больше памяти и намного точнее. `float16` занимает вдвое
# меньше, и большие сети часто считают именно в нём, но
#
# - наибольшее его число — 65504, а всё, что заметно больше, превращается в бесконечность;
# - в нём всего около трёх значащих цифр. То, что попадает между двумя его числами, округляется до
#   ближайшего: 2.2 — до 2.1992, а среди целых чисел больше 2048 в нём нет нечётных.

# %%
numbers = torch.tensor([2.2, 2049.0, -70000.0])
print(numbers.dtype, torch.rand(2, dtype=torch.float64).dtype)
print(numbers.to(torch.float16))
print(torch.tensor([0.1, 2.0**30], dtype=torch.float16))
print(torch.finfo(torch.float16).max, torch.finfo(torch.float32).max)

# %% [markdown] lang="en"
# Whole numbers are `int64` if you say nothing. Shorter types save memory: `int32` goes to about two
# billion, `int16` from -32768 to 32767, as `torch.iinfo(torch.int16)` will tell you.
#
# What happens to 40000 in `int16`? It depends. To *make* such a tensor is an error. To *convert* one
# is not: the bits that do not fit are cut off, and 40000 quietly becomes another number, even a
# negative one.
#
# When floating-point numbers are converted to a whole type, what stands after the point is cut off:
# the conversion goes towards zero, not to the nearest whole number.

# %% [markdown] lang="ru"
# Целые числа по умолчанию хранятся в `int64`. Более короткие типы экономят память: `int32` доходит
# примерно до двух миллиардов, `int16` — от -32768 до 32767, это можно узнать у
# `torch.iinfo(torch.int16)`.
#
# Что станет с числом 40000 в `int16`? Смотря как оно туда попадёт. *Создать* такой тензор нельзя,
# будет ошибка. А вот *преобразование* проходит без ошибки: лишние биты отбрасываются, и 40000 молча
# превращается в другое число, к тому же отрицательное.
#
# Если преобразовать вещественные числа в целый тип, всё, что стоит после точки, отбрасывается:
# число округляется в сторону нуля, а не до ближайшего целого.

# %%
def in_int16(numbers):
    return torch.tensor(numbers, dtype=torch.int16)


print(torch.tensor([15, 22]).dtype, torch.tensor([15, 22], dtype=torch.int32).dtype)
print(error_of(in_int16, [15, 30000]), error_of(in_int16, [15, 40000]))
print(torch.tensor([15, 30000, 40000, -40000]).to(torch.int16))

x = torch.tensor([3.7, -3.7])
print(x.to(torch.int64), x.floor(), x.ceil())

# %% [markdown] lang="en"
# Write three functions.
#
# - `overflowed(x)` is what one looks at before a network is moved to `float16`: how many finite
#   numbers of `x`, which is `float32` or `float64`, become infinite in it. What was infinite or NaN
#   in `x` before does not count: `float16` is not to blame for it. `torch.isfinite` and
#   `torch.isinf` can help.
# - `to_nearest(x)`: floating-point numbers become `int32`, each goes to the whole number nearest to
#   it. Both signs occur. No number lies exactly half way between two whole ones, and all results fit.
# - `to_int16(x)`: a tensor of type `int64` becomes `int16`. What is too large becomes the largest
#   number that `int16` has, what is too small becomes the smallest.
#
# PyTorch has a function for each of the last two jobs; look for it, or work with `torch.where`.
#
# *Checked:* all three functions on the data below and on other data, the dtype included; for
# `overflowed` there are numbers near the largest one of `float16` among them.

# %% [markdown] lang="ru"
# Напишите три функции.
#
# - `overflowed(x)` — сколько конечных чисел из `x` (он типа `float32` или `float64`) превращается в
#   `float16` в бесконечность. На это смотрят, прежде чем переводить сеть в `float16`. То, что уже в
#   `x` было бесконечностью или NaN, не считается: `float16` тут ни при чём. Пригодятся
#   `torch.isfinite` и `torch.isinf`.
# - `to_nearest(x)`: вещественные числа становятся числами типа `int32`, каждое переходит в ближайшее
#   к нему целое. Встречаются числа обоих знаков. Ни одно не лежит ровно посередине между двумя
#   целыми, и все результаты помещаются в тип.
# - `to_int16(x)`: тензор типа `int64` становится тензором типа `int16`. Слишком большие числа
#   превращаются в наибольшее число типа `int16`, слишком маленькие — в наименьшее.
#
# Для двух последних функций в PyTorch есть готовые функции: найдите их или обойдитесь
# `torch.where`.
#
# *Проверяется:* все три функции на данных ниже и на других данных, включая dtype; для `overflowed`
# среди них есть числа вблизи наибольшего числа `float16`.

# %%
#| exercise: dtypes
#| title:
#|   en: What a dtype can hold
#|   ru: Что помещается в dtype
#| points: 3
#| checks:
#|   - expr: overflowed(x)
#|     public: true
#|   - to_nearest(measured)
#|   - to_int16(counts)
#|   - expr: overflowed(large)
#|     hidden: true
#|     points: 2
#|     given: |
#|       inf, nan = float("inf"), float("nan")
#|       special = torch.tensor([inf, -inf, -inf, nan, nan, nan, nan, 65510.0, -65515.0, 0.0])
#|       large = torch.cat([torch.randn(700) * 60000, special])
#|   - expr: overflowed(wide)
#|     hidden: true
#|     given: |
#|       wide = torch.randn(20, 35, dtype=torch.float64) * 90000
#|       wide[3, 4], wide[7, 8], wide[9, 1] = 1e300, float("-inf"), float("nan")
#|       wide[0, 0], wide[1, 1] = 65510, -65515
#|   - expr: to_nearest(other)
#|     hidden: true
#|     points: 2
#|     given: |
#|       other = torch.randint(-30, 30, (4, 50)) + torch.rand(4, 50, dtype=torch.float64) * 0.9 - 0.45
#|   - expr: to_int16(many)
#|     hidden: true
#|     points: 2
#|     given: |
#|       edges = torch.tensor([-32768, 32768, 5000000000])
#|       many = torch.cat([torch.randint(-99999, 99999, (80,)), edges])
#| properties:
#|   - property: (to_nearest(measured) - measured).abs().max() < 0.5
#|     title:
#|       en: "to_nearest: nothing has moved by half or more"
#|       ru: "to_nearest: ни одно число не сдвинулось на половину и больше"
#| blank: |
#|   def overflowed(x):
#|       ...  # YOUR CODE HERE
#|
#|
#|   def to_nearest(x):
#|       ...  # YOUR CODE HERE
#|
#|
#|   def to_int16(x):
#|       ...  # YOUR CODE HERE
torch.manual_seed(11)
x = torch.randint(-200000, 200000, (40, 25)) / 2
measured = torch.randint(-9, 9, (20,)) + torch.tensor([0.4, 0.3, -0.3, -0.4]).repeat(5)
counts = torch.randint(-60000, 60000, (3, 10))


### BEGIN SOLUTION
def overflowed(x):
    return (x.to(torch.float16).isinf() & x.isfinite()).sum()


def to_nearest(x):
    return torch.round(x).to(torch.int32)


def to_int16(x):
    limits = torch.iinfo(torch.int16)
    return torch.clamp(x, limits.min, limits.max).to(torch.int16)
### END SOLUTION

# %%
#| mistake: dtypes
#| name: infinite-before
#| help:
#|   en: "Call `overflowed` on a tensor that holds nothing but infinity. How many finite numbers are in it, and what do you count?"
#|   ru: "Вызовите `overflowed` на тензоре, в котором есть только бесконечность. Сколько в нём конечных чисел и сколько насчитали вы?"
def overflowed(x):
    return x.to(torch.float16).isinf().sum()

# %%
#| mistake: dtypes
#| name: whatever-is-not-finite
#| help:
#|   en: "Call `overflowed` on a tensor of a few NaN. Did `float16` make anything infinite there?"
#|   ru: "Вызовите `overflowed` на тензоре из нескольких NaN. Превратил ли там `float16` хоть что-нибудь в бесконечность?"
def overflowed(x):
    return (~x.to(torch.float16).isfinite()).sum()

# %%
#| mistake: dtypes
#| name: beyond-the-largest
#| help:
#|   en: "Convert some numbers that are only a little larger than the largest of `float16`. Are they rounded to infinity, or to something nearer?"
#|   ru: "Преобразуйте несколько чисел, которые лишь чуть больше наибольшего числа `float16`. Они округляются до бесконечности или до чего-то более близкого?"
def overflowed(x):
    return ((x.abs() > 65504) & x.isfinite()).sum()

# %%
#| mistake: dtypes
#| name: cut-off
#| help:
#|   en: "Call your `to_nearest` on 2.8. Which whole number is nearest to it, and which one do you get?"
#|   ru: "Вызовите свою `to_nearest` на числе 2.8. Какое целое к нему ближе всего и какое получили вы?"
def to_nearest(x):
    return x.to(torch.int32)

# %%
#| mistake: dtypes
#| name: half-added-and-cut-off
#| help:
#|   en: "Positive numbers go to the right place. Follow -2.8 through your code: to which side does each step move it?"
#|   ru: "Положительные числа попадают куда надо. Проследите по шагам за числом -2.8: в какую сторону сдвигает его каждый шаг?"
def to_nearest(x):
    return (x + 0.5).to(torch.int32)

# %%
#| mistake: dtypes
#| name: bits-cut-off
#| help:
#|   en: "Put a number that is too large for `int16` into your `to_int16`, and look at the sign of the result. In which type were the numbers when you looked whether they fit?"
#|   ru: "Передайте в `to_int16` число, которое слишком велико для `int16`, и посмотрите на знак результата. В каком типе были числа в тот момент, когда вы проверяли, помещаются ли они?"
def to_int16(x):
    return x.to(torch.int16).clamp(-32768, 32767)

# %%
#| mistake: dtypes
#| name: rounded-up
#| help:
#|   en: "Which whole number is nearest to 2.3, and which one does your function give?"
#|   ru: "Какое целое число ближе всего к 2.3, а какое даёт ваша функция?"
def to_nearest(x):
    return torch.ceil(x).to(torch.int32)

# %%
#| mistake: dtypes
#| name: only-above
#| help:
#|   en: "Call your function on a tensor with the one number -100000. Does it fit into `float16`?"
#|   ru: "Вызовите свою функцию для тензора с одним числом -100000. Помещается ли оно в `float16`?"
def overflowed(x):
    return (x > 65504).sum()

# %%
#| alternative: dtypes
#| name: threshold
def overflowed(x):
    return ((x.abs() >= 65520) & (x.abs() < float("inf"))).sum().item()


def to_nearest(x):
    return torch.floor(x + 0.5).int()


def to_int16(x):
    return x.clip(min=-(2**15), max=2**15 - 1).short()

# %%
#| alternative: dtypes
#| name: loop
def overflowed(x):
    count = 0
    for number in x.flatten():
        if torch.isfinite(number) and torch.isinf(number.half()):
            count += 1
    return count


def to_nearest(x):
    return torch.where(x > 0, x + 0.5, x - 0.5).to(torch.int32)


def to_int16(x):
    x = torch.where(x > 32767, 32767, x)
    x = torch.where(x < -32768, -32768, x)
    return x.to(torch.int16)

# %%
#| alternative: dtypes
#| name: selection
def overflowed(x):
    finite = x[torch.isfinite(x)]
    return len(finite) - torch.isfinite(finite.half()).sum()


def to_nearest(x):
    return (x + 0.5 * x.sign()).trunc().to(dtype=torch.int32)


def to_int16(x):
    result = x.clone()
    result[x > 32767] = 32767
    result[x < -32768] = -32768
    return result.to(torch.int16)

# %% [markdown] lang="en"
# ## {mixed-dtypes}
#
# Operations may mix types, and the result has to have one. Nearly everything follows from four rules:
#
# 1. There are three kinds, from the lowest to the highest: booleans, whole numbers, floating-point
#    numbers. The highest kind among the operands is the kind of the result.
# 2. Only operands of this highest kind decide how many bits it has: the widest wins.
# 3. A tensor without axes gives way to tensors with axes. It decides only if its kind is higher than
#    theirs, and then the result has its type. A Python number is even more modest: if its kind is
#    higher, the result has the default type of that kind.
# 4. Division with `/` always gives floating-point numbers. If both operands are whole, the result has
#    the default type.
#
# Without computing anything, `torch.result_type` says which type the sum of its two arguments would
# have.

# %% [markdown] lang="ru"
# ## {mixed-dtypes}
#
# В одной операции могут встретиться разные типы, а у результата тип один. Почти всё следует из
# четырёх правил:
#
# 1. Есть три вида данных, от младшего к старшему: логические, целые и вещественные. Результат — того
#    же вида, что и самый старший из операндов.
# 2. Сколько в нём бит, решают только операнды этого старшего вида: побеждает самый широкий.
# 3. Тензор без осей уступает тензорам с осями. Он на что-то влияет, только если его вид старше, и
#    тогда результат получает его тип. Число из Python ещё скромнее: если его вид старше, результат
#    получает тип этого вида по умолчанию.
# 4. Деление `/` всегда даёт вещественные числа. Если оба операнда целые, результат получает тип по
#    умолчанию.
#
# `torch.result_type` ничего не вычисляет, а только сообщает, какого типа была бы сумма двух её
# аргументов.

# %%
mask = torch.tensor([True, False])
short = torch.tensor([1, 2], dtype=torch.int16)
long = torch.tensor([3, 4])
print(torch.result_type(mask, short), torch.result_type(short, long))
print(torch.result_type(short, 7), (short // 2).dtype)
print(torch.result_type(torch.rand(2), torch.rand(2, dtype=torch.float64)))

# %% [markdown] lang="en"
# **Predict first.** Write down the type of each expression in the comments as a dtype, like
# `torch.int16`. Only then let PyTorch compute the expressions, and think about each one that
# surprises you.
#
# **Then a function.** Some operations do not convert by themselves, a matrix product for example.
# Write `to_common(a, b)`: it returns both tensors as a tuple, each of its own shape, both of the
# type that `a + b` would have. The shapes need not fit for an addition. The rule on tensors without
# axes holds here too.
#
# *Checked:* your six predictions, and the function on pairs of different types, with axes and
# without.

# %% [markdown] lang="ru"
# **Сначала предскажите.** Запишите тип каждого выражения из комментариев в виде dtype, например
# `torch.int16`. И только потом дайте PyTorch вычислить эти выражения и подумайте над каждым, которое
# вас удивило.
#
# **Затем функция.** Некоторые операции сами ничего не преобразуют, например матричное умножение.
# Напишите `to_common(a, b)`: она возвращает кортеж из обоих тензоров, каждый — своей прежней формы,
# но оба того типа, который был бы у `a + b`. Формы при этом могут и не подходить для сложения.
# Правило о тензорах без осей действует и здесь.
#
# *Проверяется:* ваши шесть предсказаний и функция на парах тензоров разных типов, с осями и без осей.

# %%
#| exercise: mixed-dtypes
#| title:
#|   en: Two types in one operation
#|   ru: Два типа в одной операции
#| points: 3
#| checks:
#|   - expr: whole_plus_half
#|     hidden: true
#|     constant: true
#|     aspects:
#|       - values
#|   - expr: whole_by_whole
#|     hidden: true
#|     constant: true
#|     aspects:
#|       - values
#|   - expr: half_times_number
#|     hidden: true
#|     constant: true
#|     aspects:
#|       - values
#|   - expr: whole_times_number
#|     hidden: true
#|     constant: true
#|     aspects:
#|       - values
#|   - expr: single_times_scalar
#|     hidden: true
#|     constant: true
#|     aspects:
#|       - values
#|   - expr: whole_plus_scalar
#|     hidden: true
#|     constant: true
#|     aspects:
#|       - values
#|   - expr: to_common(single, whole)
#|     constant: true
#|   - expr: to_common(first, second)
#|     hidden: true
#|     given: |
#|       first, second = torch.randn(4, 3), torch.randint(0, 99, (3,))
#|   - expr: to_common(narrow, wide)
#|     hidden: true
#|     given: |
#|       narrow, wide = torch.randn(5).half(), torch.randn(2, 1).double()
#|   - expr: to_common(vector, scalar)
#|     hidden: true
#|     points: 2
#|     given: |
#|       vector, scalar = torch.randn(6), torch.randn((), dtype=torch.float64)
#|   - expr: to_common(number, whole_vector)
#|     hidden: true
#|     points: 2
#|     given: |
#|       number, whole_vector = torch.randn(()).half(), torch.randint(-9, 9, (7,))
#| properties:
#|   - property: all(isinstance(p, torch.dtype) for p in (whole_plus_half, whole_by_whole, half_times_number))
#|     title:
#|       en: The first three predictions are dtypes
#|       ru: Первые три ответа — dtype
#|   - property: all(isinstance(p, torch.dtype) for p in (whole_times_number, single_times_scalar, whole_plus_scalar))
#|     title:
#|       en: The other three predictions are dtypes
#|       ru: Остальные три ответа — dtype
#| blank: |
#|   # whole + half
#|   whole_plus_half = ...  # YOUR CODE HERE
#|   # whole / whole
#|   whole_by_whole = ...  # YOUR CODE HERE
#|   # half * 2.5
#|   half_times_number = ...  # YOUR CODE HERE
#|   # whole * 2.5
#|   whole_times_number = ...  # YOUR CODE HERE
#|   # single * scalar
#|   single_times_scalar = ...  # YOUR CODE HERE
#|   # whole + scalar
#|   whole_plus_scalar = ...  # YOUR CODE HERE
#|
#|
#|   def to_common(a, b):
#|       ...  # YOUR CODE HERE
whole = torch.tensor([3, 4, 5])
half = torch.tensor([0.5, 1.0, 1.5], dtype=torch.float16)
single = torch.tensor([0.1, 0.2, 0.3])
# en: One number, no axes.
# ru: Одно число, без осей.
scalar = torch.tensor(0.1, dtype=torch.float64)

### BEGIN SOLUTION
whole_plus_half = torch.float16
whole_by_whole = torch.float32
half_times_number = torch.float16
whole_times_number = torch.float32
single_times_scalar = torch.float32
whole_plus_scalar = torch.float64


def to_common(a, b):
    common = torch.result_type(a, b)
    return a.to(common), b.to(common)
### END SOLUTION

# %%
#| mistake: mixed-dtypes
#| name: bits-of-the-whole-number
#| help:
#|   en: "Which of the two operands of `whole + half` has the higher kind? Read rule 2: whose bits count?"
#|   ru: "У какого из двух операндов в `whole + half` вид старше? Перечитайте правило 2: чьи биты идут в счёт?"
whole_plus_half = torch.float64

# %%
#| mistake: mixed-dtypes
#| name: whole-by-whole-is-whole
#| help:
#|   en: "What is 3 divided by 4? Could a tensor of your type hold it?"
#|   ru: "Сколько будет 3 разделить на 4? Поместится ли это число в тензор названного вами типа?"
whole_by_whole = torch.int64

# %%
#| mistake: mixed-dtypes
#| name: number-widens
#| help:
#|   en: "Compare the kinds of `half` and of 2.5. Is there a reason why the Python number should have a say in this product?"
#|   ru: "Сравните вид `half` и вид числа 2.5. Есть ли причина, по которой число из Python имеет голос в этом произведении?"
half_times_number = torch.float32

# %%
#| mistake: mixed-dtypes
#| name: scalar-widens
#| help:
#|   en: "How many axes has `single`, and how many has `scalar`? Read rule 3 with that in mind."
#|   ru: "Сколько осей у `single` и сколько у `scalar`? Перечитайте с этой мыслью правило 3."
single_times_scalar = torch.float64

# %%
#| mistake: mixed-dtypes
#| name: types-without-axes
#| help:
#|   en: "Call `to_common` on a vector and on a tensor without axes that is wider, then add the two as they were. Is the type the same? What does your function know of the axes?"
#|   ru: "Вызовите `to_common` на векторе и на тензоре без осей, тип которого шире, а потом сложите их сами. Тот же ли получился тип? Что ваша функция знает об осях?"
def to_common(a, b):
    common = torch.promote_types(a.dtype, b.dtype)
    return a.to(common), b.to(common)

# %%
#| alternative: mixed-dtypes
#| name: computed
whole_plus_half = (whole + half).dtype
whole_by_whole = (whole / whole).dtype
half_times_number = (half * 2.5).dtype
whole_times_number = (whole * 2.5).dtype
single_times_scalar = (single * scalar).dtype
whole_plus_scalar = (whole + scalar).dtype


def to_common(a, b):
    total = a + b
    return a.to(total.dtype), b.to(total.dtype)

# %%
#| alternative: mixed-dtypes
#| name: other-names
whole_plus_half = torch.half
whole_by_whole = torch.get_default_dtype()
half_times_number = torch.result_type(half, 2.5)
whole_times_number = torch.float
single_times_scalar = torch.float
whole_plus_scalar = torch.double


def to_common(a, b):
    dtype = torch.mul(b, a).dtype
    return a.type(dtype), b.type(dtype)

# %% [markdown] lang="en"
# ## {device}
#
# A tensor lies in the memory of one device: of the processor (`cpu`) or of a graphics card (`cuda` is
# the current card, `cuda:0` the first one). A program that has to run everywhere asks what there is
# and keeps the answer in a variable, as below. In a terminal, `nvidia-smi` shows the cards and how
# full they are.
#
# `x.to(device)` returns a tensor on that device, `x.cpu()` one on the processor; `x` itself stays
# where it was. `to` also takes a dtype, and then the device stays the same. Making a tensor with
# `device=` puts it there at once.
#
# Both operands of an operation have to lie on the same device, or there is an error. There is one
# exception: a tensor without axes *on the processor* may meet tensors of any device.
#
# For those who have no card, PyTorch has a device that exists everywhere: `meta`. Its tensors have
# a shape and a dtype, but no numbers, which is enough to practise. There is no way back from `meta`
# to another device: there is nothing to move, so that is an error.

# %% [markdown] lang="ru"
# ## {device}
#
# Тензор лежит в памяти одного устройства: процессора (`cpu`) или видеокарты (`cuda` — текущая
# видеокарта, `cuda:0` — первая). Программа, которая должна работать везде, выясняет, что есть в
# наличии, и хранит ответ в переменной, как показано ниже. В терминале команда `nvidia-smi` покажет
# видеокарты и то, насколько они заняты.
#
# `x.to(device)` возвращает тензор на этом устройстве, `x.cpu()` — тензор на процессоре; сам `x`
# остаётся там, где был. Ещё `to` принимает dtype, и тогда устройство не меняется. А если указать
# `device=` при создании, тензор сразу окажется там.
#
# Оба операнда операции должны лежать на одном устройстве, иначе будет ошибка. Есть одно исключение:
# тензор без осей *на процессоре* может встречаться с тензорами на любом устройстве.
#
# Для тех, у кого нет видеокарты, в PyTorch есть устройство, которое найдётся везде: `meta`. У его
# тензоров есть форма и dtype, но нет самих чисел, и для упражнений этого хватит. Обратно с `meta`
# на другое устройство тензор не перенести: переносить нечего, будет ошибка.

# %%
device = torch.device("cpu")
if torch.cuda.is_available():
    device = torch.device("cuda")
    print(torch.cuda.get_device_name(device))
print(device)

here = torch.tensor([15, 22])
there = torch.empty(2, device="meta")
print(here.device, there.device, there.to(torch.int32).device, here.to("meta").dtype)
print(error_of(torch.add, here, there), error_of(torch.add, torch.tensor(15), there))

# %% [markdown] lang="en"
# Write two functions that work for whatever devices there are.
#
# - `same_place(a, b)` returns `b`, moved to where `a` lies. Its shape and its dtype stay what they
#   were.
# - `can_add(a, b)` returns `True` if `a + b` can be computed as it is, without moving anything, and
#   `False` if it cannot. The two shapes always fit together, so it is only a matter of devices.
#
# *Checked:* both functions with tensors on `cpu` and on `meta`.

# %% [markdown] lang="ru"
# Напишите две функции, которые работают независимо от того, какие устройства есть.
#
# - `same_place(a, b)` возвращает `b`, перенесённый туда, где лежит `a`. Форма и dtype остаются
#   прежними.
# - `can_add(a, b)` возвращает `True`, если `a + b` можно вычислить как есть, ничего не перенося, и
#   `False`, если нельзя. Формы всегда подходят друг к другу, так что дело только в устройствах.
#
# *Проверяется:* обе функции на тензорах, лежащих на `cpu` и на `meta`.

# %%
#| exercise: device
#| title:
#|   en: Where a tensor lies
#|   ru: Где лежит тензор
#| points: 2
#| checks:
#|   - same_place(a, b)
#|   - expr: can_add(a, b)
#|     constant: true
#|   - expr: str(same_place(torch.empty(2, 3, device="meta"), torch.ones(4)).device)
#|     title:
#|       en: "same_place: to the device of the other"
#|       ru: "same_place: на устройство другого тензора"
#|     hidden: true
#|     constant: true
#|   - expr: same_place(numbers, counts)
#|     hidden: true
#|     given: |
#|       numbers, counts = torch.randn(5), torch.randint(0, 999, (3,))
#|   - expr: can_add(torch.ones(3), torch.ones(3, device="meta"))
#|     title:
#|       en: "can_add: vectors on cpu and on meta"
#|       ru: "can_add: векторы на cpu и на meta"
#|     hidden: true
#|     constant: true
#|   - expr: can_add(torch.ones(2, 3, device="meta"), torch.ones(3, device="meta"))
#|     title:
#|       en: "can_add: both on meta, shapes that differ"
#|       ru: "can_add: оба на meta, формы различаются"
#|     hidden: true
#|     constant: true
#|   - expr: can_add(torch.ones(3, device="meta"), torch.tensor(2.0))
#|     title:
#|       en: "can_add: a number on cpu, a vector on meta"
#|       ru: "can_add: число на cpu, вектор на meta"
#|     hidden: true
#|     constant: true
#|   - expr: can_add(torch.ones((), device="meta"), torch.ones(3))
#|     title:
#|       en: "can_add: a number on meta, a vector on cpu"
#|       ru: "can_add: число на meta, вектор на cpu"
#|     hidden: true
#|     constant: true
#| blank: |
#|   def same_place(a, b):
#|       ...  # YOUR CODE HERE
#|
#|
#|   def can_add(a, b):
#|       ...  # YOUR CODE HERE
torch.manual_seed(14)
a, b = torch.rand(3), torch.randint(0, 9, (2, 3))


### BEGIN SOLUTION
def same_place(a, b):
    return b.to(a.device)


def can_add(a, b):
    return error_of(torch.add, a, b) == "no error"
### END SOLUTION

# %%
#| mistake: device
#| name: dtype-too
#| help:
#|   en: "Give `same_place` floating-point numbers as `a` and whole numbers as `b`. What else, besides the place, has changed about `b`?"
#|   ru: "Передайте в `same_place` вещественные числа в качестве `a` и целые в качестве `b`. Что изменилось у `b`, кроме места?"
def same_place(a, b):
    return b.to(a)

# %%
#| mistake: device
#| name: result-thrown-away
#| help:
#|   en: "Print the device of `b` before the line that moves it and after it. What does that line return, and who gets it?"
#|   ru: "Выведите устройство `b` до строки, которая его переносит, и после неё. Что возвращает эта строка и куда попадает результат?"
def same_place(a, b):
    b.to(a.device)
    return b

# %%
#| mistake: device
#| name: the-other-one-moved
#| help:
#|   en: "Which of the two tensors does your `same_place` return, and which one stays at home according to the text?"
#|   ru: "Какой из двух тензоров возвращает ваша `same_place`, а какой по условию должен оставаться на месте?"
def same_place(a, b):
    return a.to(b.device)

# %%
#| mistake: device
#| name: no-exception
#| help:
#|   en: "Is there a pair on two devices that PyTorch adds all the same? The given code above shows one; what does your `can_add` say of it?"
#|   ru: "Есть ли пара тензоров на разных устройствах, которую PyTorch всё-таки сложит? Одна такая есть в коде выше; что говорит о ней ваша `can_add`?"
def can_add(a, b):
    return a.device == b.device

# %%
#| mistake: device
#| name: without-axes-anywhere
#| help:
#|   en: "You let a tensor without axes meet everything. Try it out with such a tensor on each of the two devices: does PyTorch agree both times?"
#|   ru: "У вас тензор без осей может встречаться с чем угодно. Попробуйте взять такой тензор на каждом из двух устройств: оба ли раза PyTorch с вами согласен?"
def can_add(a, b):
    return a.device == b.device or a.ndim == 0 or b.ndim == 0

# %%
#| alternative: device
#| name: try
def same_place(a, b):
    return torch.as_tensor(b, device=a.device)


def can_add(a, b):
    try:
        a + b
    except RuntimeError:
        return False
    return True

# %%
#| alternative: device
#| name: rule
def same_place(a, b):
    return b.to(device=a.device, dtype=b.dtype)


def can_add(a, b):
    if a.device == b.device:
        return True
    if a.device.type == "cpu" and a.ndim == 0:
        return True
    return b.device.type == "cpu" and b.ndim == 0

# %% [markdown] lang="en"
# ## {device-cuda}
#
# The same once more with a real second device. This exercise is graded only
# where there is a card. If there is none, its point is not counted and you lose nothing; but the cell
# runs everywhere, so you can write the function and try it on the processor.
#
# A usual way of working: the data lie on the processor, the computation takes place on the card, and
# the result is brought back, since numpy and plots need it there. Write
# `there_and_back(a, b, device)`: it gets two tensors that lie on the processor and returns a tuple of
# two tensors: their sum, computed on `device` and still there, and the same sum on the processor.
#
# *Checked, if there is a card:* your function with `device="cuda"`: the values, and where both
# results lie.

# %% [markdown] lang="ru"
# ## {device-cuda}
#
# Теперь то же самое с настоящим вторым устройством. Это упражнение оценивается
# только там, где есть видеокарта. Если её нет, балл за него не учитывается, и вы ничего не теряете;
# но ячейка выполняется везде, так что написать функцию и попробовать её можно и на процессоре.
#
# Обычно работают так: данные лежат на процессоре, вычисления идут на видеокарте, а результат
# возвращают обратно, потому что numpy и графикам он нужен именно там. Напишите
# `there_and_back(a, b, device)`: функция получает два тензора, которые лежат на процессоре, и
# возвращает кортеж из двух тензоров: их сумму, вычисленную на `device` и оставшуюся там, и ту же
# сумму на процессоре.
#
# *Проверяется, если есть видеокарта:* ваша функция с `device="cuda"`: значения и то, где лежат оба
# результата.

# %%
#| exercise: device-cuda
#| title:
#|   en: On a graphics card
#|   ru: На видеокарте
#| points: 1
#| needs: cuda
#| checks:
#|   - expr: there_and_back(left, right, "cuda")
#|     hidden: true
#|     given: |
#|       left, right = torch.randn(4, 3), torch.randn(3)
#|   - expr: "[t.device.type for t in there_and_back(torch.ones(2), torch.ones(2), 'cuda')]"
#|     title:
#|       en: On which devices the two results lie
#|       ru: На каких устройствах лежат оба результата
#|     hidden: true
#|     constant: true
#| properties:
#|   - there_and_back(a, b, device)[0].device.type == device
#|   - there_and_back(a, b, device)[1].device.type == "cpu"
torch.manual_seed(15)
a, b = torch.rand(2, 3), torch.rand(2, 3)
device = "cuda" if torch.cuda.is_available() else "cpu"


def there_and_back(a, b, device):
    ### BEGIN SOLUTION
    there = a.to(device) + b.to(device)
    return there, there.cpu()
    ### END SOLUTION


print(there_and_back(a, b, device))

# %%
#| mistake: device-cuda
#| name: never-left
#| help:
#|   en: "Print the device of both results. Has either of them ever been on the card?"
#|   ru: "Выведите устройство обоих результатов. Побывал ли хоть один из них на видеокарте?"
there = a + b
return there, there.cpu()

# %%
#| mistake: device-cuda
#| name: not-brought-back
#| help:
#|   en: "Print the device of both results, and try to turn the second one into a numpy array. What does PyTorch say?"
#|   ru: "Выведите устройство обоих результатов и попробуйте превратить второй в массив numpy. Что скажет PyTorch?"
there = a.to(device) + b.to(device)
there.cpu()
return there, there

# %%
#| mistake: device-cuda
#| name: wrong-order
#| help:
#|   en: "Which of your two results lies where? Read once more in which order the text asks for them."
#|   ru: "Какой из двух ваших результатов где лежит? Перечитайте, в каком порядке их требует условие."
there = a.to(device) + b.to(device)
return there.cpu(), there

# %%
#| alternative: device-cuda
#| name: made-there
there = torch.add(torch.tensor(a.tolist(), device=device), torch.as_tensor(b, device=device))
return there, there.to("cpu")

# %%
#| alternative: device-cuda
#| name: added-here-too
return a.to(device).add(b.to(device)), a + b

# %% [markdown] lang="en"
# ## {elementwise}
#
# `+`, `-`, `*` and `/` work element by element: each number meets the one in the same place. All of
# them have three spellings that do the same: the operator, as in `a + b`; a function of torch,
# `torch.add(a, b)`; and a method, `a.add(b)`. The other names are `sub`, `mul` and `div`. None of
# them changes `a` or `b`.
#
# In plain Python, dividing by zero is an error. A tensor goes on: a positive number divided by 0
# gives `inf`, a negative one `-inf`, and 0 divided by 0 gives `nan`, "not a number". That is
# convenient and dangerous: a single NaN in a loss spoils everything that is computed from it.

# %% [markdown] lang="ru"
# ## {elementwise}
#
# Операции `+`, `-`, `*` и `/` поэлементные: каждое число встречается с тем, что стоит на том же
# месте. У каждой из них есть три равноценные записи: оператор, например `a + b`; функция из torch,
# `torch.add(a, b)`; метод, `a.add(b)`. Остальные называются `sub`, `mul` и `div`. Ни одна из них не
# меняет ни `a`, ни `b`.
#
# В обычном Python деление на ноль — ошибка. С тензором вычисления продолжаются: положительное число,
# делённое на 0, даёт `inf`, отрицательное — `-inf`, а 0 на 0 даёт `nan`, то есть «не число». Это
# удобно и опасно: одно-единственное NaN в функции потерь испортит всё, что из неё вычисляется.

# %%
a = torch.tensor([1.0, -1.0, 0.0, 6.0])
b = torch.tensor([0.0, 0.0, 0.0, 2.0])
print(a * b, torch.mul(a, b), a.mul(b))
print(a / b)
print((a / b).sum())

# %% [markdown] lang="en"
# Compute `first` minus `second` three times, once in each spelling.
#
# Then write `ratio(a, b)`: it divides `a` by `b` element by element, and gives 0 wherever `b` is 0.
# Both have the same shape. Think of clicks and views: what was never shown was never clicked. Whole
# numbers are welcome too, and then the result has the type that `/` gives. Infinity and NaN that
# stand in `a` are not yours to repair: where `b` is not 0, they have to be seen in the result.
#
# *Checked:* the three differences, and `ratio` with both signs, with zeros in `a` and in `b`, with
# whole numbers, and with infinity and NaN in `a`.

# %% [markdown] lang="ru"
# Вычислите `first` минус `second` три раза, по разу в каждой записи.
#
# Затем напишите `ratio(a, b)`: она поэлементно делит `a` на `b` и даёт 0 всюду, где `b` равно 0.
# Формы у `a` и `b` одинаковые. Представьте себе клики и показы: что ни разу не показали, на то ни
# разу и не нажали. Функция принимает и целые числа, и тогда тип результата такой, какой даёт `/`.
# Бесконечности и NaN, которые стоят в самом `a`, исправлять не нужно: там, где `b` не равно 0, они
# должны остаться видны в результате.
#
# *Проверяется:* три разности, а также `ratio` на числах обоих знаков, с нулями в `a` и в `b`, на
# целых числах и с бесконечностью и NaN в `a`.

# %%
#| exercise: elementwise
#| title:
#|   en: Element by element
#|   ru: Поэлементные операции
#| points: 2
#| checks:
#|   - expr: by_operator
#|     public: true
#|   - by_function
#|   - by_method
#|   - expr: ratio(a, b)
#|     hidden: true
#|     points: 3
#|     given: |
#|       a, b = torch.randn(6, 10), torch.randn(6, 10)
#|       a[:, ::4], b[:, ::2] = 0, 0
#|   - expr: ratio(clicks, views)
#|     hidden: true
#|     points: 2
#|     given: |
#|       clicks, views = torch.randint(-9, 9, (40,)), torch.randint(-2, 3, (40,))
#|   - expr: ratio(broken, divisor)
#|     hidden: true
#|     given: |
#|       broken, divisor = torch.randn(12), torch.rand(12) + 1
#|       broken[2], broken[5], broken[9] = float("inf"), float("nan"), float("-inf")
#|       divisor[::4] = 0
#| properties:
#|   - property: torch.equal(by_operator, by_function) and torch.equal(by_operator, by_method)
#|     title:
#|       en: The three spellings give the same
#|       ru: Все три записи дают одно и то же
#|   - ratio(torch.ones(2), torch.zeros(2)).tolist() == [0, 0]
#| blank: |
#|   by_operator = ...  # YOUR CODE HERE
#|   by_function = ...  # YOUR CODE HERE
#|   by_method = ...  # YOUR CODE HERE
#|
#|
#|   def ratio(a, b):
#|       ...  # YOUR CODE HERE
torch.manual_seed(16)
first, second = torch.rand(2, 3), torch.rand(2, 3)

### BEGIN SOLUTION
by_operator = first - second
by_function = torch.sub(first, second)
by_method = first.sub(second)


def ratio(a, b):
    return torch.where(b == 0, 0, a / b)
### END SOLUTION

# %%
#| mistake: elementwise
#| name: method-the-other-way
#| help:
#|   en: "Print your three differences one below the other. For addition the order would not matter; does it here?"
#|   ru: "Выведите три свои разности друг под другом. Для сложения порядок был бы не важен; а здесь?"
by_method = second.sub(first)

# %%
#| mistake: elementwise
#| name: only-nan-replaced
#| help:
#|   en: "Divide a positive number, a negative one and zero by zero. Which of the three results does your `ratio` replace?"
#|   ru: "Разделите на ноль положительное число, отрицательное и ноль. Какой из трёх результатов заменяет ваша `ratio`?"
def ratio(a, b):
    result = a / b
    result[result.isnan()] = 0
    return result

# %%
#| mistake: elementwise
#| name: too-much-repaired
#| help:
#|   en: "Put infinity into `a` at a place where `b` is not zero. Is it still there in your result? Which of the two tensors decides in your code where a 0 is put?"
#|   ru: "Поставьте в `a` бесконечность там, где `b` не ноль. Осталась ли она в вашем результате? По какому из тензоров ваш код решает, куда поставить 0?"
def ratio(a, b):
    return torch.nan_to_num(a / b, nan=0.0, posinf=0.0, neginf=0.0)

# %%
#| mistake: elementwise
#| name: small-number-added
#| help:
#|   en: "Your division meets no zero any more. But look at the results at the places where `b` was 0: how large are they?"
#|   ru: "Делить на ноль вам больше не приходится. Но посмотрите на результаты там, где `b` было равно 0: какой они величины?"
def ratio(a, b):
    return a / (b + 1e-8)

# %%
#| mistake: elementwise
#| name: positive-divisors-only
#| help:
#|   en: "Compare your `ratio` with plain `/` at the places where `b` is negative. What became of these results?"
#|   ru: "Сравните свою `ratio` с обычным `/` там, где `b` отрицательно. Что стало с этими результатами?"
def ratio(a, b):
    return torch.where(b > 0, a / b, 0)

# %%
#| alternative: elementwise
#| name: mask
by_function = torch.subtract(first, second)
by_method = first.subtract(second)


def ratio(a, b):
    result = torch.div(a, b)
    result[b == 0] = 0
    return result

# %%
#| alternative: elementwise
#| name: divisor-changed-first
by_operator = first + -second
by_function = torch.add(first, second, alpha=-1)
by_method = second.neg().add(first)


def ratio(a, b):
    empty = b == 0
    return a.masked_fill(empty, 0) / b.masked_fill(empty, 1)

# %%
#| alternative: elementwise
#| name: loop
by_function = torch.sub(input=first, other=second)


def ratio(a, b):
    result = torch.zeros(a.shape)
    for place in b.nonzero():
        place = tuple(place)
        result[place] = a[place] / b[place]
    return result

# %% [markdown] lang="en"
# ## {matmul}
#
# `a @ b` is the product of matrices; `torch.matmul(a, b)` and `a.matmul(b)` are the same. With more
# than two axes the last two are the matrix, and all axes before them count matrices:
# `(5, 2, 3) @ (5, 3, 4)` is five products at once, of shape `(5, 2, 4)`. If one side has a single
# matrix, it is used for each matrix of the other side: `(5, 2, 3) @ (3, 4)` has the shape `(5, 2, 4)`
# too. The axis that is summed over has to be equally long on both sides.
#
# Two more names to know. `m.trace()` adds up the diagonal of one matrix, and refuses a batch.
# `m.exp()` works element by element, as `sin`, `log` or `sqrt` do: it takes $e^x$ of each element.
# The exponential of a matrix that is known from algebra is another function, `torch.matrix_exp`.

# %% [markdown] lang="ru"
# ## {matmul}
#
# `a @ b` — матричное умножение; `torch.matmul(a, b)` и `a.matmul(b)` делают то же самое. Если осей
# больше двух, матрицу образуют две последние, а все оси перед ними нумеруют матрицы:
# `(5, 2, 3) @ (5, 3, 4)` — это сразу пять произведений, форма результата `(5, 2, 4)`. Если с одной
# стороны матрица всего одна, она умножается на каждую матрицу с другой стороны: у
# `(5, 2, 3) @ (3, 4)` форма тоже `(5, 2, 4)`. Ось, по которой идёт суммирование, должна быть
# одинаковой длины с обеих сторон.
#
# Ещё два имени, которые стоит знать. `m.trace()` складывает диагональ одной матрицы (это её след),
# а с батчем матриц работать отказывается. `m.exp()` работает поэлементно, как `sin`, `log` или
# `sqrt`: вычисляет $e^x$ для каждого элемента. Экспонента матрицы, известная из алгебры, — это
# другая функция, `torch.matrix_exp`.

# %%
a, b = torch.rand(5, 2, 3), torch.rand(5, 3, 4)
print((a @ b).shape, torch.matmul(a, b[0]).shape, a[0].matmul(b).shape)
print(error_of(torch.matmul, b, a))

m = torch.zeros(2, 2)
print(m.exp())
print(torch.matrix_exp(m))
print(torch.eye(4).trace(), error_of(torch.trace, a))

# %% [markdown] lang="en"
# Write two functions.
#
# - `scores(batch, weights)`: multiplies each matrix of `batch`, which has the shape `(n, h, k)`, by
#   `weights`, and takes $e^x$ of each element of the product. `weights` is one matrix `(k, m)` for
#   all, or a batch `(n, k, m)` with one matrix for each. The result has the shape `(n, h, m)`.
# - `traces(batch)`: takes a batch of square matrices, `(n, k, k)`, and returns the trace of each one,
#   in a tensor of shape `(n,)`.
#
# *Checked:* both functions on the data below and on other data, `scores` with both kinds of
# `weights`.

# %% [markdown] lang="ru"
# Напишите две функции.
#
# - `scores(batch, weights)` умножает каждую матрицу из `batch`, форма которого `(n, h, k)`, на
#   `weights` и вычисляет $e^x$ для каждого элемента произведения. `weights` — это либо одна матрица
#   `(k, m)` на всех, либо батч `(n, k, m)`, своя матрица для каждой. Форма результата — `(n, h, m)`.
# - `traces(batch)` получает батч квадратных матриц, `(n, k, k)`, и возвращает след каждой из них в
#   тензоре формы `(n,)`.
#
# *Проверяется:* обе функции на данных ниже и на других данных, `scores` — с `weights` обоих видов.

# %%
#| exercise: matmul
#| title:
#|   en: Products of matrices
#|   ru: Матричное умножение
#| points: 2
#| checks:
#|   - scores(batch, weights)
#|   - expr: traces(squares)
#|     public: true
#|   - expr: scores(small, own)
#|     hidden: true
#|     given: |
#|       small, own = torch.randn(3, 2, 4) / 2, torch.randn(3, 4, 5) / 2
#|   - expr: scores(cubes, shared)
#|     hidden: true
#|     points: 2
#|     given: |
#|       cubes, shared = torch.randn(4, 3, 3) / 2, torch.randn(3, 3) / 2
#|   - expr: traces(matrices)
#|     hidden: true
#|     points: 2
#|     given: |
#|       matrices = torch.randn(3, 3, 3)
#|   - expr: traces(one)
#|     hidden: true
#|     given: |
#|       one = torch.randn(1, 4, 4)
#| properties:
#|   - property: (scores(batch, weights) > 0).all()
#|     title:
#|       en: "scores: all are positive, as powers of e are"
#|       ru: "scores: все положительны, как и любые степени e"
#| blank: |
#|   def scores(batch, weights):
#|       ...  # YOUR CODE HERE
#|
#|
#|   def traces(batch):
#|       ...  # YOUR CODE HERE
torch.manual_seed(17)
batch, weights = torch.rand(6, 2, 3), torch.rand(3, 4)
squares = torch.rand(5, 3, 3)


### BEGIN SOLUTION
def scores(batch, weights):
    return (batch @ weights).exp()


def traces(batch):
    return batch.diagonal(dim1=-2, dim2=-1).sum(dim=-1)
### END SOLUTION

# %%
#| mistake: matmul
#| name: exponential-first
#| help:
#|   en: "Which comes first in the text, the product or $e^x$? Put zeros in `batch`: what should come out, and what do you get?"
#|   ru: "Что в условии идёт раньше, произведение или $e^x$? Возьмите `batch` из одних нулей: что должно получиться и что получается у вас?"
def scores(batch, weights):
    return batch.exp() @ weights

# %%
#| mistake: matmul
#| name: matrix-exponential
#| help:
#|   en: "Can an element of your `scores` be negative, or the function refuse a matrix that is not square? Think of what $e^x$ of a single number would do."
#|   ru: "Может ли элемент ваших `scores` быть отрицательным, а функция — отказаться от неквадратной матрицы? Вспомните, как ведёт себя $e^x$ для отдельного числа."
def scores(batch, weights):
    return torch.matrix_exp(batch @ weights)

# %%
#| mistake: matmul
#| name: element-by-element
#| help:
#|   en: "Multiply two square matrices on paper, one of them with ones on the diagonal and zeros elsewhere. Does your product agree?"
#|   ru: "Перемножьте на бумаге две квадратные матрицы, взяв вторую с единицами на диагонали и нулями вне её. Совпадает ли с этим ваше произведение?"
def scores(batch, weights):
    return (batch * weights).exp()

# %%
#| mistake: matmul
#| name: weights-transposed
#| help:
#|   en: "Which axis of `weights` is summed over in the product, and which one is in yours? With a matrix that is not square the two cannot be confused."
#|   ru: "По какой оси `weights` идёт суммирование в произведении, а по какой — у вас? На неквадратной матрице их не перепутать."
def scores(batch, weights):
    return (batch @ weights.transpose(-1, -2)).exp()

# %%
#| mistake: matmul
#| name: diagonal-across-the-batch
#| help:
#|   en: "Take a batch of two matrices and compute both traces by hand. Which elements of the batch did your function add up, and do they all belong to the same matrix?"
#|   ru: "Возьмите батч из двух матриц и посчитайте оба следа вручную. Какие элементы батча сложила ваша функция и все ли они из одной матрицы?"
def traces(batch):
    return batch.diagonal().sum(dim=-1)

# %%
#| alternative: matmul
#| name: einsum
def scores(batch, weights):
    if weights.ndim == 2:
        return torch.exp(torch.einsum("nhk,km->nhm", batch, weights))
    return torch.exp(torch.einsum("nhk,nkm->nhm", batch, weights))


def traces(batch):
    return torch.einsum("nii->n", batch)

# %%
#| alternative: matmul
#| name: loops
def scores(batch, weights):
    results = []
    for i, matrix in enumerate(batch):
        results.append(torch.matmul(matrix, weights if weights.ndim == 2 else weights[i]).exp())
    return torch.stack(results)


def traces(batch):
    return torch.stack([matrix.trace() for matrix in batch])

# %%
#| alternative: matmul
#| name: written-out
def scores(batch, weights):
    products = batch.unsqueeze(-1) * weights.unsqueeze(-3)
    return torch.exp(products.sum(dim=-2))


def traces(batch):
    return (batch * torch.eye(batch.shape[-1])).sum(dim=(1, 2))

# %% [markdown] lang="en"
# ## {broadcasting}
#
# Elementwise operations accept different shapes, if one can be stretched to the other. This is called
# broadcasting. The shapes are written one below the other, beginning *from the right*. In each place
# the two sizes have to be equal, or one of them is 1, or is missing; then it is stretched.
#
# `x` below has the shape `(2, 3)`. The maximum over each column has the shape `(3,)`, and fits. The
# maximum over each row has the shape `(2,)`, and does not: counted from the right, 2 meets 3. With
# `keepdim=True` the axis stays there with size 1, and `(2, 1)` fits. Take care with square matrices:
# there, the wrong shape fits as well, no error is raised, and the numbers are wrong.

# %% [markdown] lang="ru"
# ## {broadcasting}
#
# Поэлементные операции допускают разные формы, если одну можно растянуть до другой. Это называется
# транслированием (broadcasting). Формы записывают одну под другой, выравнивая *по правому краю*. На
# каждом месте два размера должны совпадать, либо один из них равен 1 или отсутствует; тогда он
# растягивается.
#
# Форма `x` ниже — `(2, 3)`. У максимумов по столбцам форма `(3,)`, и она подходит. У максимумов по
# строкам форма `(2,)`, и она не подходит: если считать справа, 2 встречается с 3. С `keepdim=True`
# ось остаётся на месте, но с размером 1, и форма `(2, 1)` подходит. Осторожнее с квадратными
# матрицами: на них подойдёт и неправильная форма, ошибки не будет, а числа получатся неверными.

# %%
x = torch.tensor([[1.0, 2.0, 4.0], [5.0, 10.0, 8.0]])
print(x.amax(dim=0).shape, x.amax(dim=1).shape, x.amax(dim=1, keepdim=True).shape)
print(error_of(torch.div, x, x.amax(dim=0)), error_of(torch.div, x, x.amax(dim=1)))
print(x / x.amax(dim=1, keepdim=True))

# %% [markdown] lang="en"
# To standardise numbers $x_1, \dots, x_n$ means to subtract their mean $\mu$ and to divide by their
# standard deviation $\sigma = \sqrt{\frac1n \sum_i (x_i - \mu)^2}$. Afterwards their mean is 0 and
# their standard deviation 1.
#
# Write `standardise_columns(x)` and `standardise_rows(x)` for a matrix `x` of any shape: the first
# does it for each column by itself, the second for each row. Mind the $\frac1n$: the documentation of
# `torch.std` tells what it divides by.
#
# *Checked:* both functions on `x` below and on other matrices, square ones too.

# %% [markdown] lang="ru"
# Стандартизовать числа $x_1, \dots, x_n$ — значит вычесть их среднее $\mu$ и разделить на стандартное
# отклонение $\sigma = \sqrt{\frac1n \sum_i (x_i - \mu)^2}$. После этого их среднее равно 0, а
# стандартное отклонение — 1.
#
# Напишите `standardise_columns(x)` и `standardise_rows(x)` для матрицы `x` любой формы: первая делает
# это с каждым столбцом по отдельности, вторая — с каждой строкой. Обратите внимание на $\frac1n$: в
# документации `torch.std` сказано, на что делит она.
#
# *Проверяется:* обе функции на `x` ниже и на других матрицах, в том числе квадратных.

# %%
#| exercise: broadcasting
#| title:
#|   en: Shapes that differ
#|   ru: Разные формы
#| points: 2
#| checks:
#|   - standardise_columns(x)
#|   - standardise_rows(x)
#|   - expr: standardise_columns(other)
#|     hidden: true
#|     points: 2
#|     given: |
#|       other = torch.randn(4, 6) * 3 + 1
#|   - expr: standardise_rows(square)
#|     hidden: true
#|     points: 2
#|     given: |
#|       square = torch.randn(5, 5) * 2 - 1
#| properties:
#|   - property: standardise_columns(x).mean(dim=0).abs().max() < 1e-4
#|     title:
#|       en: The mean of each column is 0
#|       ru: Среднее каждого столбца равно 0
#|   - property: standardise_rows(x).mean(dim=1).abs().max() < 1e-4
#|     title:
#|       en: The mean of each row is 0
#|       ru: Среднее каждой строки равно 0
#| blank: |
#|   def standardise_columns(x):
#|       ...  # YOUR CODE HERE
#|
#|
#|   def standardise_rows(x):
#|       ...  # YOUR CODE HERE
torch.manual_seed(18)
x = torch.rand(5, 3) * torch.tensor([1.0, 10.0, 100.0])


### BEGIN SOLUTION
def standardise_columns(x):
    return (x - x.mean(dim=0)) / x.std(dim=0, correction=0)


def standardise_rows(x):
    centred = x - x.mean(dim=1, keepdim=True)
    return centred / x.std(dim=1, correction=0, keepdim=True)
### END SOLUTION

# %%
#| mistake: broadcasting
#| name: one-less
#| help:
#|   en: "Compute the mean of the squares of one column of your result. Is it what it should be? Which number is the sum of squares divided by in your code?"
#|   ru: "Посчитайте среднее квадратов в одном столбце своего результата. Такое ли оно, как должно быть? На какое число в вашем коде делится сумма квадратов?"
def standardise_columns(x):
    return (x - x.mean(dim=0)) / x.std(dim=0)


def standardise_rows(x):
    return (x - x.mean(dim=1, keepdim=True)) / x.std(dim=1, keepdim=True)

# %%
#| mistake: broadcasting
#| name: whole-matrix
#| help:
#|   en: "Compute the mean of each column of your result, and then the mean of the whole result. Which of them came out as they should?"
#|   ru: "Посчитайте среднее каждого столбца своего результата, а потом среднее всего результата. Какие из них получились такими, как нужно?"
def standardise_columns(x):
    return (x - x.mean()) / x.std(correction=0)


def standardise_rows(x):
    return (x - x.mean()) / x.std(correction=0)

# %%
#| mistake: broadcasting
#| name: axis-lost
#| help:
#|   en: "Take a square matrix and print the shape of what you subtract from it in `standardise_rows`. Along which axis is it stretched?"
#|   ru: "Возьмите квадратную матрицу и выведите форму того, что вы из неё вычитаете в `standardise_rows`. Вдоль какой оси оно растягивается?"
def standardise_rows(x):
    return (x - x.mean(dim=1)) / x.std(dim=1, correction=0)

# %%
#| mistake: broadcasting
#| name: rows-and-columns-exchanged
#| help:
#|   en: "Add up one column of what `standardise_columns` returns, then one row. Which of the two gives zero, and which one should?"
#|   ru: "Сложите числа одного столбца в том, что возвращает `standardise_columns`, потом одной строки. Где получается ноль и где он должен получаться?"
def standardise_columns(x):
    return (x - x.mean(dim=1, keepdim=True)) / x.std(dim=1, correction=0, keepdim=True)


def standardise_rows(x):
    return (x - x.mean(dim=0)) / x.std(dim=0, correction=0)

# %%
#| mistake: broadcasting
#| name: variance
#| help:
#|   en: "Multiply `x` by 10 and standardise it again. Should the result change, and does yours?"
#|   ru: "Умножьте `x` на 10 и стандартизуйте ещё раз. Должен ли измениться результат и меняется ли ваш?"
def standardise_columns(x):
    return (x - x.mean(dim=0)) / x.var(dim=0, correction=0)


def standardise_rows(x):
    return (x - x.mean(dim=1, keepdim=True)) / x.var(dim=1, correction=0, keepdim=True)

# %%
#| mistake: broadcasting
#| name: only-centred
#| help:
#|   en: "Compute the mean and the standard deviation of your result. Which of the two is as it should be?"
#|   ru: "Вычислите среднее и стандартное отклонение своего результата. Что из них такое, каким должно быть?"
def standardise_columns(x):
    return x - x.mean(dim=0)


def standardise_rows(x):
    return x - x.mean(dim=1, keepdim=True)

# %%
#| alternative: broadcasting
#| name: transposed
def standardise_columns(x):
    centred = x - torch.mean(x, dim=0)
    return centred / torch.sqrt(torch.mean(centred**2, dim=0))


def standardise_rows(x):
    return standardise_columns(x.T).T

# %%
#| alternative: broadcasting
#| name: loops
def standardise_columns(x):
    columns = [(c - c.mean()) / c.std(unbiased=False) for c in x.unbind(dim=1)]
    return torch.stack(columns, dim=1)


def standardise_rows(x):
    return torch.stack([(r - r.mean()) / r.std(unbiased=False) for r in x])

# %%
#| alternative: broadcasting
#| name: new-axis
def standardise_columns(x):
    mean, power = x.mean(0)[None, :], (x**2).mean(0)[None, :]
    return (x - mean) * (power - mean**2) ** -0.5


def standardise_rows(x):
    mean = x.mean(1)[:, None]
    return (x - mean) / ((x - mean) ** 2).mean(1).sqrt().unsqueeze(1)

# %% [markdown] lang="en"
# ## What you have now
#
# Tensors from lists, arrays and shapes; axes that are swapped, joined, added and taken away; dtypes
# and devices; and operations on whole tensors, with the rules by which shapes are stretched. Next
# comes what makes a tensor more than an array: [it finds gradients](autograd.ipynb).

# %% [markdown] lang="ru"
# ## Что в итоге
#
# Тензоры из списков, из массивов и по форме; оси, которые можно переставлять, склеивать, добавлять и
# убирать; типы данных и устройства; операции с целыми тензорами и правила, по которым формы
# растягиваются. Дальше — то, чем тензор отличается от массива: [он умеет находить
# градиенты](autograd.ipynb).
