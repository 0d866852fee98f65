# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
#   tensorgrader:
#     title:
#       en: Layers and activations
#       ru: Слои и функции активации
#     languages: [en, ru]
# ---

# %% [markdown] lang="en"
# # Layers and activations
#
# A neural network is built of simple parts. The most common one is the *fully connected layer*:
# each of its outputs is a weighted sum of all inputs, plus a bias. Between the layers stand
# *activation functions*, which bend what would otherwise remain a straight line.
#
# PyTorch has both ready-made in `torch.nn`. Here you take them apart: you compute by hand what a
# layer computes, predict its gradient, write the activations and their slopes, and put two layers
# together. At the end waits the commonest mistake of all: a loss that raises no error and is wrong.
#
# **How to work.** Replace each `# YOUR CODE HERE`, together with the `...` beside or below it, and
# leave the code around it as it is. The cell after an exercise is a self-check: it prints what fits
# and what does not, mostly of types, shapes and dtypes, here and there of values. It promises
# nothing: whether an answer is right, on other data too, is seen when it is graded. Three exercises
# go on with a tensor from an earlier one, and say so. If that tensor is wrong, you lose marks for
# it once and not again; while it is not there, expect an error about `NoneType`. You may add cells
# of your own. The others do not depend on each other: if one resists, go on with the next.
#
# **How to hand in.** Restart the kernel, run all cells from top to bottom, save, and hand in this
# one file, under whatever name it has. It need not be complete: each exercise counts by itself,
# with the points in its heading. If a cell raises an error and stops the run, go on below it; the
# exercises there are graded all the same.
#
# **The notebooks, in order:**
#
# 1. [Tensors](tensors.ipynb)
# 2. [Automatic differentiation](autograd.ipynb)
# 3. **Layers and activations** (this one)
# 4. [Gradient descent by hand](gradient_descent.ipynb)

# %% [markdown] lang="ru"
# # Слои и функции активации
#
# Нейронная сеть собирается из простых частей. Самая распространённая из них — *полносвязный слой*:
# каждый его выход — взвешенная сумма всех входов плюс сдвиг (bias). Между слоями стоят *функции
# активации*: без них сеть так и осталась бы линейной.
#
# В `torch.nn` есть и то и другое. Здесь вы разберёте их на части: вычислите вручную то, что
# вычисляет слой, предскажете его градиент, напишете функции активации и их производные и соедините
# два слоя. А в конце вас ждёт самая частая ошибка: функция потерь, которая считается без единой
# ошибки на экране — и считается неправильно.
#
# **Как работать.** Замените каждое `# ВАШ КОД ЗДЕСЬ` вместе с многоточием `...`, которое стоит
# рядом или строкой ниже, а остальной код оставьте как есть. Ячейка под заданием — самопроверка: она
# печатает, что сходится, а что нет; чаще всего речь о типе, форме и dtype, кое-где и о значениях.
# Она ничего не обещает: верен ли ответ, в том числе на других данных, станет ясно при проверке. Три
# задания продолжают работу с тензором из более раннего, об этом в них сказано. Если тот тензор
# неверен, баллы за него снимаются один раз; пока его нет, возможна ошибка с `NoneType`. Добавлять
# свои ячейки можно. Остальные задания друг от друга не зависят: если одно не получается, переходите
# к следующему.
#
# **Как сдать.** Перезапустите ядро, выполните все ячейки сверху вниз, сохраните ноутбук и сдайте
# этот один файл; как он называется, неважно. Заполнять всё необязательно: каждое задание
# оценивается отдельно, а баллы указаны в его заголовке. Если ячейка упала с ошибкой и остановила
# выполнение, продолжайте со следующей: задания ниже всё равно проверят.
#
# **Все ноутбуки по порядку:**
#
# 1. [Тензоры](tensors.ipynb)
# 2. [Автоматическое дифференцирование](autograd.ipynb)
# 3. **Слои и функции активации** (этот)
# 4. [Градиентный спуск своими руками](gradient_descent.ipynb)

# %%
import torch
from torch import nn


# en: Calls action(*inputs) and returns the name of the error that comes of it, or "no error".
# ru: Вызывает action(*inputs) и возвращает имя возникшей ошибки или "no error", если её не было.
def error_of(action, *inputs):
    try:
        action(*inputs)
    except Exception as error:
        return type(error).__name__
    return "no error"

# %% [markdown] lang="en"
# ## {layer-shapes}
#
# A fully connected layer turns $n$ numbers into $m$ others: $y_j = \sum_{i=1}^{n} w_{ji} x_i + b_j$
# for $j = 1, \dots, m$. In PyTorch it is called `nn.Linear`. When you make one, you say how many
# features go in and how many come out. The weights and biases are drawn at random, and training
# will change them.
#
# A layer is an object, but you call it like a function (that is what its method `__call__` is for).
# One object is a vector; a batch of objects is a matrix with an object in each row. The layer looks
# at the last axis only:

# %% [markdown] lang="ru"
# ## {layer-shapes}
#
# Полносвязный слой превращает $n$ чисел в $m$ других: $y_j = \sum_{i=1}^{n} w_{ji} x_i + b_j$, где
# $j = 1, \dots, m$. В PyTorch он называется `nn.Linear`. Создавая слой, указывают, сколько
# признаков поступает на вход и сколько чисел должно быть на выходе. Сначала веса и сдвиги случайны,
# а потом их меняет обучение.
#
# Слой — это объект, но вызывают его как функцию (для этого у него есть метод `__call__`). Один
# объект выборки — вектор, батч — матрица, в каждой строке которой по одному объекту. Слой смотрит
# только на последнюю ось:

# %%
torch.manual_seed(1)
layer = nn.Linear(in_features=4, out_features=2)

print(layer)
print(layer(torch.randn(4)))
print(layer(torch.randn(7, 4)).shape)
print(error_of(layer, torch.randn(5)))

# %% [markdown] lang="en"
# The weights $w_{ji}$ are in `layer.weight`, the biases in `layer.bias`. Look at the shapes of
# both; the two indices of $w_{ji}$ tell you what to expect.
#
# Write two functions:
#
# - `layer_between(x, y)` makes a layer (with a bias) that can be called on `x` and whose result has
#   the shape of `y`. Both are vectors, or both are batches.
# - `features_of(weight)` takes the weight of some layer and returns how many features go into that
#   layer and how many come out, as a tuple of two whole numbers, in this order.
#
# *Checked:* both functions on vectors, batches and weights of several shapes.

# %% [markdown] lang="ru"
# Веса $w_{ji}$ лежат в `layer.weight`, сдвиги — в `layer.bias`. Посмотрите на формы обоих тензоров;
# чего ожидать, подскажут индексы в $w_{ji}$.
#
# Напишите две функции:
#
# - `layer_between(x, y)` создаёт слой (со сдвигом), который можно вызвать на `x` и результат
#   которого имеет ту же форму, что и `y`. Оба тензора — либо векторы, либо батчи.
# - `features_of(weight)` получает веса какого-то слоя и возвращает, сколько чисел у этого слоя на
#   входе и сколько на выходе: кортеж из двух целых чисел, именно в таком порядке.
#
# *Проверяется:* обе функции на векторах, батчах и весах разной формы.

# %%
#| exercise: layer-shapes
#| title:
#|   en: A layer and its shapes
#|   ru: Слой и его формы
#| points: 2
#| checks:
#|   - expr: "[list(part.shape) for part in layer_between(vector_in, vector_out).parameters()]"
#|     title:
#|       en: "layer_between: the parameters of a layer between vectors"
#|       ru: "layer_between: параметры слоя между векторами"
#|     hidden: true
#|     given: |
#|       sizes = torch.randperm(40)[:2].add(2).tolist()
#|       vector_in, vector_out = torch.randn(sizes[0]), torch.randn(sizes[1])
#|   - expr: "[list(part.shape) for part in layer_between(batch_in, batch_out).parameters()]"
#|     title:
#|       en: "layer_between: the parameters of a layer between batches"
#|       ru: "layer_between: параметры слоя между батчами"
#|     hidden: true
#|     given: |
#|       sizes = torch.randperm(40)[:3].add(2).tolist()
#|       batch_in, batch_out = torch.randn(sizes[0], sizes[1]), torch.randn(sizes[0], sizes[2])
#|   - expr: features_of(weight)
#|     hidden: true
#|     points: 2
#|     given: |
#|       n_in, n_out = torch.randint(2, 8, ()).item(), torch.randint(10, 20, ()).item()
#|       weight = torch.randn(n_out, n_in)
#| properties:
#|   - property: layer_between(torch.zeros(4), torch.zeros(2))(torch.zeros(4)).shape == (2,)
#|     title:
#|       en: "layer_between: from 4 numbers to 2"
#|       ru: "layer_between: из 4 чисел в 2"
#|   - features_of(torch.zeros(2, 4)) == (4, 2)
#| blank: |
#|   def layer_between(x, y):
#|       ...  # YOUR CODE HERE
#|
#|
#|   def features_of(weight):
#|       ...  # YOUR CODE HERE
### BEGIN SOLUTION
def layer_between(x, y):
    return nn.Linear(x.shape[-1], y.shape[-1])


def features_of(weight):
    n_out, n_in = weight.shape
    return n_in, n_out
### END SOLUTION


print(features_of(torch.zeros(2, 4)))

# %%
#| mistake: layer-shapes
#| name: weight-read-backwards
#| help:
#|   en: "Make a layer of which you know both numbers, and give its weight to your `features_of`. Is the first of your two numbers the one that you had put first?"
#|   ru: "Создайте слой, у которого оба числа вам известны, и передайте его веса в `features_of`. Совпадает ли первое из ваших чисел с тем, которое вы указали первым?"
def features_of(weight):
    return tuple(weight.shape)

# %%
#| mistake: layer-shapes
#| name: in-and-out-exchanged
#| help:
#|   en: "Call the layer that you made on `x`. What happens, and which of its two numbers has to agree with the last axis of `x`?"
#|   ru: "Вызовите созданный вами слой на `x`. Что происходит? Какое из двух его чисел должно совпадать с размером последней оси `x`?"
def layer_between(x, y):
    return nn.Linear(y.shape[-1], x.shape[-1])

# %%
#| mistake: layer-shapes
#| name: objects-counted
#| help:
#|   en: "With vectors your layer fits. Which axis of a batch counts the objects, and should the layer depend on how many there are?"
#|   ru: "Для векторов слой подходит. А какая ось батча нумерует объекты и должен ли слой зависеть от того, сколько их?"
def layer_between(x, y):
    return nn.Linear(x.shape[0], y.shape[0])

# %%
#| mistake: layer-shapes
#| name: without-a-bias
#| help:
#|   en: "Print your layer. What does it say about the bias?"
#|   ru: "Выведите свой слой через `print`. Что там сказано про сдвиг?"
def layer_between(x, y):
    return nn.Linear(x.shape[-1], y.shape[-1], bias=False)

# %%
#| mistake: layer-shapes
#| name: all-numbers-counted
#| help:
#|   en: "Make a layer for batches of 2 objects and one for batches of 50, with the same features. Should the two layers differ?"
#|   ru: "Создайте слой для батчей из 2 объектов и слой для батчей из 50 объектов с теми же признаками. Должны ли эти слои отличаться?"
def layer_between(x, y):
    return nn.Linear(x.numel(), y.numel())

# %%
#| alternative: layer-shapes
#| name: keywords
def layer_between(x, y):
    return nn.Linear(in_features=x.size(-1), out_features=y.size(-1))


def features_of(weight):
    return weight.size(1), weight.size(0)

# %%
#| alternative: layer-shapes
#| name: reversed
def layer_between(x, y):
    return nn.Sequential(nn.Linear(x.numel() // (len(x) if x.ndim == 2 else 1), y.shape[-1]))[0]


def features_of(weight):
    return tuple(weight.T.shape)

# %% [markdown] lang="en"
# ## {linear-by-hand}
#
# Now compute by hand what the layer computes. The formula once more:
# $y_j = \sum_i w_{ji} x_i + b_j$. The row $j$ of the weight holds all the weights of the output
# $j$.
#
# The cell takes the weight and the biases out of a real layer. `detach()` gives the same numbers as
# a plain tensor, one that remembers no computation and gets no gradient. The last line shows the
# answer of the layer itself for a batch of six objects.

# %% [markdown] lang="ru"
# ## {linear-by-hand}
#
# Теперь вычислите вручную то же, что вычисляет слой. Ещё раз формула:
# $y_j = \sum_i w_{ji} x_i + b_j$. В строке $j$ матрицы весов лежат все веса выхода $j$.
#
# В ячейке ниже веса и сдвиги взяты у настоящего слоя. `detach()` даёт те же числа, но как обычный
# тензор: он не помнит никаких вычислений, и градиент для него не считается. Последняя строка
# выводит ответ самого слоя для батча из шести объектов.

# %%
torch.manual_seed(2)
layer = nn.Linear(in_features=4, out_features=3)
layer_weight, layer_bias = layer.weight.detach(), layer.bias.detach()
batch = torch.randn(6, 4)
print(layer(batch))

# %% [markdown] lang="en"
# Write `linear(x, weight, bias)` with operations on tensors, without anything from `torch.nn`. Here
# `x` is a vector of shape `(n,)` or a batch of shape `(k, n)`, `weight` has the shape `(m, n)`,
# `bias` the shape `(m,)`. The result has the shape `(m,)` or `(k, m)`. Exercise 5 goes on with your
# `scores`, the outputs for the first object of the batch.
#
# *Checked:* `scores`, and your function on `batch` and on other vectors and batches, also with a
# square weight.

# %% [markdown] lang="ru"
# Напишите `linear(x, weight, bias)` с помощью операций над тензорами, без `torch.nn`. Здесь `x` —
# вектор формы `(n,)` или батч формы `(k, n)`, у `weight` форма `(m, n)`, у `bias` — `(m,)`. Форма
# результата — `(m,)` или `(k, m)`. Ваши `scores`, то есть выходы для первого объекта батча,
# понадобятся в задании 5.
#
# *Проверяется:* `scores`, а также ваша функция на `batch` и на других векторах и батчах, в том
# числе с квадратной матрицей весов.

# %%
#| exercise: linear-by-hand
#| title:
#|   en: What a layer computes
#|   ru: Что вычисляет слой
#| points: 3
#| forbid:
#|   - torch.nn
#| checks:
#|   - expr: scores
#|     public: true
#|   - linear(batch, layer_weight, layer_bias)
#|   - expr: linear(vector, weights, biases)
#|     hidden: true
#|     given: |
#|       vector, weights, biases = torch.randn(5), torch.randn(2, 5), torch.randn(2)
#|   - expr: linear(square, weights, biases)
#|     hidden: true
#|     given: |
#|       square, weights, biases = torch.randn(4, 4), torch.randn(4, 4), torch.randn(4)
#|   - expr: linear(single, weights, biases)
#|     hidden: true
#|     given: |
#|       single, weights, biases = torch.randn(1, 3), torch.randn(6, 3), torch.randn(6)
def linear(x, weight, bias):
    ### BEGIN SOLUTION
    return x @ weight.T + bias
    ### END SOLUTION


scores = linear(batch[0], layer_weight, layer_bias)
print(scores)
print(linear(batch, layer_weight, layer_bias))

# %%
#| mistake: linear-by-hand
#| name: weight-reshaped
#| help:
#|   en: "Take a small weight, such as `[[1, 2, 3], [4, 5, 6]]`, and print what you multiply `x` with. Where are the numbers of its first row now?"
#|   ru: "Возьмите маленькую матрицу весов, например `[[1, 2, 3], [4, 5, 6]]`, и выведите то, на что вы умножаете `x`. Где теперь числа её первой строки?"
return x @ weight.reshape(x.shape[-1], -1) + bias

# %%
#| mistake: linear-by-hand
#| name: bias-forgotten
#| help:
#|   en: "Call your function on a vector of zeros. What should a layer answer then?"
#|   ru: "Вызовите свою функцию на векторе из нулей. Что в этом случае должен ответить слой?"
return x @ weight.T

# %%
#| mistake: linear-by-hand
#| name: bias-inside-the-sum
#| help:
#|   en: "Call your function on a vector of zeros and compare with `bias`. How often is the bias added for each output?"
#|   ru: "Вызовите свою функцию на векторе из нулей и сравните результат с `bias`. Сколько раз прибавляется сдвиг к каждому выходу?"
return (x.unsqueeze(-2) * weight + bias.unsqueeze(-1)).sum(dim=-1)

# %%
#| mistake: linear-by-hand
#| name: objects-in-columns
#| help:
#|   en: "Call your function on `batch` and compare the shape with that of `layer(batch)`. Where does your result keep the answers for the first object?"
#|   ru: "Вызовите свою функцию на `batch` и сравните форму с формой `layer(batch)`. Где в вашем результате лежат ответы для первого объекта?"
return weight @ x.mT + bias.unsqueeze(-1) if x.ndim == 2 else weight @ x + bias

# %%
#| mistake: linear-by-hand
#| name: bias-subtracted
#| help:
#|   en: "Let the layer compute the scores of an object that is all zeros. What does it give, and what do you?"
#|   ru: "Пусть слой вычислит оценки для объекта из одних нулей. Что даёт он, а что получается у вас?"
return x @ weight.T - bias

# %%
#| alternative: linear-by-hand
#| name: einsum
return torch.einsum("...i,ji->...j", x, weight) + bias

# %%
#| alternative: linear-by-hand
#| name: written-out
outputs = [(x * weight[j]).sum(dim=-1) + bias[j] for j in range(len(bias))]
return torch.stack(outputs, dim=-1)

# %%
#| alternative: linear-by-hand
#| name: weight-first
if x.ndim == 1:
    return weight.mv(x) + bias
return (weight @ x.T).T + bias

# %% [markdown] lang="en"
# ## {layer-of-tensors}
#
# With `bias=False` a layer has no biases, and its attribute `bias` is `None`. Such a layer turns
# zeros into zeros, whatever its weights are.
#
# Sometimes a layer has to begin with numbers that you know, and not with random ones. Its
# parameters require gradients, and PyTorch refuses to change such tensors in place. Under
# `torch.no_grad()` it allows it. `a.copy_(b)` is one of the methods that write in place: the
# numbers of `b` go into `a`.

# %% [markdown] lang="ru"
# ## {layer-of-tensors}
#
# Если указать `bias=False`, у слоя не будет сдвигов, а его атрибут `bias` окажется равен `None`.
# Такой слой превращает нули в нули, каковы бы ни были веса.
#
# Иногда нужно, чтобы слой начинал не со случайных чисел, а с известных вам. Для его параметров
# считаются градиенты, и менять такие тензоры на месте PyTorch не даёт. Внутри `torch.no_grad()` —
# даёт. Один из методов, которые пишут на месте, — `a.copy_(b)`: числа из `b` попадают в `a`.

# %%
torch.manual_seed(3)
layer = nn.Linear(in_features=3, out_features=2, bias=False)
print(layer.bias, layer(torch.zeros(3)))

print(error_of(layer.weight.zero_))
with torch.no_grad():
    layer.weight.zero_()
    layer.weight[0, 1] = 5.0
print(layer.weight)

a, b = torch.zeros(3), torch.tensor([7.0, 8.0, 9.0])
a.copy_(b)
print(a)

# %% [markdown] lang="en"
# Write `layer_of(weight, bias)`. It returns an `nn.Linear` with exactly these numbers as
# parameters; how many features go in and come out, the shape of `weight` tells. If `bias` is
# `None`, the layer has no biases.
#
# *Checked:* the parameters of a layer made of the tensors below, and of others, with a bias and
# without.

# %% [markdown] lang="ru"
# Напишите `layer_of(weight, bias)`. Функция возвращает `nn.Linear`, параметры которого — в точности
# эти числа; сколько чисел на входе и сколько на выходе, видно по форме `weight`. Если `bias` — это
# `None`, у слоя нет сдвигов.
#
# *Проверяется:* параметры слоя, созданного из тензоров ниже, и других слоёв, со сдвигом и без него.

# %%
#| exercise: layer-of-tensors
#| title:
#|   en: A layer with given numbers
#|   ru: Слой с заданными числами
#| points: 2
#| checks:
#|   - layer_of(given_weight, given_bias)
#|   - expr: layer_of(weight, bias)
#|     hidden: true
#|     given: |
#|       weight, bias = torch.randn(4, 4), torch.randn(4)
#|   - expr: layer_of(weight, None)
#|     hidden: true
#|     given: |
#|       weight = torch.randn(5, 2)
#|   - expr: layer_of(weight, bias)(x)
#|     hidden: true
#|     given: |
#|       weight, bias, x = torch.randn(2, 6), torch.randn(2), torch.randn(3, 6)
#| properties:
#|   - property: torch.equal(layer_of(given_weight, given_bias).weight, given_weight)
#|     title:
#|       en: The layer has the given weight
#|       ru: У слоя заданные веса
#|   - layer_of(given_weight, None).bias is None
torch.manual_seed(3)
given_weight, given_bias = torch.randn(2, 3), torch.randn(2)


def layer_of(weight, bias):
    ### BEGIN SOLUTION
    n_out, n_in = weight.shape
    layer = nn.Linear(n_in, n_out, bias=bias is not None)
    with torch.no_grad():
        layer.weight.copy_(weight)
        if bias is not None:
            layer.bias.copy_(bias)
    return layer
    ### END SOLUTION

# %%
#| mistake: layer-of-tensors
#| name: zeros-for-none
#| help:
#|   en: "Call `layer_of` with `None` for the bias and print the layer. Which of the two does it have: no biases, or biases that happen to be zero?"
#|   ru: "Вызовите `layer_of`, передав вместо сдвига `None`, и выведите слой. Что у него получилось: сдвигов нет или они есть, но равны нулю?"
layer = nn.Linear(weight.shape[1], weight.shape[0])
with torch.no_grad():
    layer.weight.copy_(weight)
    layer.bias.copy_(torch.zeros(len(weight)) if bias is None else bias)
return layer

# %%
#| mistake: layer-of-tensors
#| name: never-a-bias
#| help:
#|   en: "Print the layer that you get when a bias is given. Where has the bias gone?"
#|   ru: "Выведите слой, который получается, когда сдвиг задан. Куда он делся?"
layer = nn.Linear(weight.shape[1], weight.shape[0], bias=False)
with torch.no_grad():
    layer.weight.copy_(weight)
return layer

# %%
#| mistake: layer-of-tensors
#| name: weight-transposed
#| help:
#|   en: "Print the weight of your layer beside `given_weight`. Which axis of a layer's weight counts the outputs?"
#|   ru: "Выведите рядом веса вашего слоя и `given_weight`. Какая ось весов слоя нумерует выходы?"
layer = nn.Linear(*weight.shape, bias=bias is not None)
layer.weight = nn.Parameter(weight.T.contiguous())
if bias is not None:
    layer.bias = nn.Parameter(bias)
return layer

# %%
#| mistake: layer-of-tensors
#| name: weight-reshaped
#| help:
#|   en: "Print the weight of your layer beside `given_weight` and follow the first row. Where did its numbers go?"
#|   ru: "Выведите рядом веса вашего слоя и `given_weight` и проследите за первой строкой. Куда попали её числа?"
layer = nn.Linear(weight.shape[0], weight.shape[1], bias=bias is not None)
with torch.no_grad():
    layer.weight.copy_(weight.reshape(layer.weight.shape))
    if bias is not None:
        layer.bias = nn.Parameter(bias.clone())
return layer

# %%
#| alternative: layer-of-tensors
#| name: new-parameters
layer = nn.Linear(weight.shape[1], weight.shape[0], bias=False)
layer.weight = nn.Parameter(weight)
if bias is not None:
    layer.bias = nn.Parameter(bias)
return layer

# %%
#| alternative: layer-of-tensors
#| name: state-dict
layer = nn.Linear(weight.size(1), weight.size(0), bias=bias is not None)
layer.load_state_dict({"weight": weight} if bias is None else {"weight": weight, "bias": bias})
return layer

# %%
#| alternative: layer-of-tensors
#| name: data
layer = nn.Linear(weight.size(1), weight.size(0), bias is not None)
layer.weight.data[:] = weight
if bias is not None:
    layer.bias.data[:] = bias
return layer

# %% [markdown] lang="en"
# ## {weight-gradient}
#
# Training needs gradients. Here is the simplest one: let $s$ be the sum of all that a layer puts
# out for a batch, over all outputs $j$ and all objects $k$, $s = \sum_k \sum_j y_{kj}$. By how much
# does $s$ grow when one weight $w_{ji}$ grows by 1? Which outputs does this weight take part in,
# and what is it multiplied by there? And what does a bias $b_j$ do?
#
# Autograd answers such questions without thinking: `backward()` on a result leaves the gradient in
# the `.grad` of every parameter that the result was computed from. It has the shape of the
# parameter. Here for a single weight and a cube:

# %% [markdown] lang="ru"
# ## {weight-gradient}
#
# Для обучения нужны градиенты. Вот самый простой: пусть $s$ — сумма всего, что слой выдаёт для
# батча, по всем выходам $j$ и всем объектам $k$: $s = \sum_k \sum_j y_{kj}$. На сколько вырастет
# $s$, если один из весов, $w_{ji}$, вырастет на 1? В какие выходы входит этот вес и на что он там
# умножается? А что делает сдвиг $b_j$?
#
# Autograd отвечает на такие вопросы не задумываясь: `backward()` у результата кладёт градиент в
# `.grad` каждого параметра, из которого результат вычислен. Форма градиента — та же, что у
# параметра. Вот пример с единственным весом и кубом:

# %%
cube = nn.Linear(in_features=1, out_features=1, bias=False)
with torch.no_grad():
    cube.weight.fill_(2.0)
print(cube.weight.grad)
(cube.weight**3).backward()
print(cube.weight.grad)

# %% [markdown] lang="en"
# Write two functions. Both return a tuple: the gradient of $s$ with respect to the weight, then the
# one with respect to the bias.
#
# - `predicted_gradients(x, n_outputs)` does it by formula, for a batch `x` and a layer with
#   `n_outputs` outputs. (Do you wonder why it is not given the weights?) It is called with
#   gradients switched off, so autograd is of no use there.
# - `autograd_gradients(layer, x)` calls the layer and lets autograd work. The layer is fresh:
#   nothing is in its `.grad` yet.
#
# *Checked:* both functions on other batches, of one object too, and layers of other sizes.

# %% [markdown] lang="ru"
# Напишите две функции. Обе возвращают кортеж: градиент $s$ по весам, затем градиент по сдвигу.
#
# - `predicted_gradients(x, n_outputs)` находит их по формуле для батча `x` и слоя, у которого
#   `n_outputs` выходов. (Почему ей не передают сами веса?) Её вызовут с отключёнными градиентами,
#   так что autograd там не поможет.
# - `autograd_gradients(layer, x)` вызывает слой и поручает дело autograd. Слой новый: в `.grad` у
#   него ещё ничего нет.
#
# *Проверяется:* обе функции на других батчах, в том числе из одного объекта, и со слоями других
# размеров.

# %%
#| exercise: weight-gradient
#| title:
#|   en: How the output depends on the weights
#|   ru: Как выход слоя зависит от весов
#| points: 3
#| checks:
#|   - predicted_gradients(objects, 2)
#|   - expr: torch.no_grad()(predicted_gradients)(many, 3)
#|     title:
#|       en: "predicted_gradients: another batch, gradients switched off"
#|       ru: "predicted_gradients: другой батч, запись градиентов выключена"
#|     hidden: true
#|     points: 2
#|     given: |
#|       many = torch.randn(7, 5)
#|   - expr: torch.no_grad()(predicted_gradients)(single, 4)
#|     title:
#|       en: "predicted_gradients: a batch of one object"
#|       ru: "predicted_gradients: батч из одного объекта"
#|     hidden: true
#|     given: |
#|       single = torch.randn(1, 3)
#|   - expr: autograd_gradients(nn.Linear(3, 2), other)
#|     title:
#|       en: "autograd_gradients: a fresh layer, another batch"
#|       ru: "autograd_gradients: новый слой, другой батч"
#|     hidden: true
#|     points: 2
#|     given: |
#|       other = torch.randn(6, 3)
#| properties:
#|   - property: all(map(torch.allclose, predicted_gradients(objects, 2), autograd_gradients(nn.Linear(3, 2), objects)))
#|     title:
#|       en: Formula and autograd agree
#|       ru: Формула и autograd дают одно и то же
#| blank: |
#|   def predicted_gradients(x, n_outputs):
#|       ...  # YOUR CODE HERE
#|
#|
#|   def autograd_gradients(layer, x):
#|       ...  # YOUR CODE HERE
torch.manual_seed(4)
objects = torch.randn(5, 3)


### BEGIN SOLUTION
def predicted_gradients(x, n_outputs):
    return x.sum(dim=0).repeat(n_outputs, 1), torch.full((n_outputs,), float(len(x)))


def autograd_gradients(layer, x):
    layer(x).sum().backward()
    return layer.weight.grad, layer.bias.grad
### END SOLUTION


print(predicted_gradients(objects, 2))
print(autograd_gradients(nn.Linear(3, 2), objects))

# %%
#| mistake: weight-gradient
#| name: mean-over-objects
#| help:
#|   en: "Give your function a batch that holds the same object twice. Should the gradient of the sum be the same as for this object alone, and is yours?"
#|   ru: "Передайте функции батч, в котором один и тот же объект встречается дважды. Должен ли градиент суммы быть таким же, как для одного этого объекта, и таков ли он у вас?"
def predicted_gradients(x, n_outputs):
    return x.mean(dim=0).repeat(n_outputs, 1), torch.ones(n_outputs)

# %%
#| mistake: weight-gradient
#| name: bias-counted-once
#| help:
#|   en: "The gradient of the weight is right. In how many places of the sum $s$ does one bias stand, if the batch has several objects?"
#|   ru: "Градиент по весам верен. На скольких местах в сумме $s$ стоит один и тот же сдвиг, если в батче несколько объектов?"
def predicted_gradients(x, n_outputs):
    return x.sum(dim=0).repeat(n_outputs, 1), torch.ones(n_outputs)

# %%
#| mistake: weight-gradient
#| name: every-output
#| help:
#|   en: "Change a single weight of a layer and look at what it puts out. How many of the outputs change, and how many did you count?"
#|   ru: "Измените у слоя один-единственный вес и посмотрите на его выходы. Сколько из них изменилось и сколько учли вы?"
def predicted_gradients(x, n_outputs):
    weight_grad = (n_outputs * x.sum(dim=0)).repeat(n_outputs, 1)
    return weight_grad, torch.full((n_outputs,), float(n_outputs * len(x)))

# %%
#| mistake: weight-gradient
#| name: inputs-in-rows
#| help:
#|   en: "Compare the shape of your gradient with the shape of the weight of such a layer. Which axis of a weight counts the inputs?"
#|   ru: "Сравните форму своего градиента с формой весов такого слоя. Какая ось весов нумерует входы?"
def predicted_gradients(x, n_outputs):
    weight_grad = x.sum(dim=0).unsqueeze(1).repeat(1, n_outputs)
    return weight_grad, torch.full((n_outputs,), float(len(x)))

# %%
#| mistake: weight-gradient
#| name: backward-of-the-mean
#| help:
#|   en: "Which number did you call `backward()` on, and is it the $s$ of the text?"
#|   ru: "У какого числа вы вызвали `backward()` и это ли $s$ из условия?"
def autograd_gradients(layer, x):
    layer(x).mean().backward()
    return layer.weight.grad, layer.bias.grad

# %%
#| mistake: weight-gradient
#| name: outputs-counted
#| help:
#|   en: "By how much does the sum of all outputs grow when one number of the bias grows by 1? How many outputs is that number a part of?"
#|   ru: "На сколько вырастет сумма всех выходов, если одно число смещения вырастет на 1? В скольких выходах это число участвует?"
def predicted_gradients(x, n_outputs):
    return x.sum(dim=0).repeat(n_outputs, 1), torch.full((n_outputs,), float(n_outputs))

# %%
#| alternative: weight-gradient
#| name: product-with-ones
def predicted_gradients(x, n_outputs):
    ones = torch.ones(len(x), n_outputs)
    return ones.T @ x, ones.sum(dim=0)


def autograd_gradients(layer, x):
    outputs = layer(x)
    outputs.backward(torch.ones_like(outputs))
    return layer.weight.grad, layer.bias.grad

# %%
#| alternative: weight-gradient
#| name: loops
def predicted_gradients(x, n_outputs):
    weight_grad, bias_grad = torch.zeros(n_outputs, x.shape[1]), torch.zeros(n_outputs)
    for row in x:
        for j in range(n_outputs):
            weight_grad[j] += row
            bias_grad[j] += 1
    return weight_grad, bias_grad


def autograd_gradients(layer, x):
    return torch.autograd.grad(torch.sum(layer(x)), (layer.weight, layer.bias))

# %%
#| alternative: weight-gradient
#| name: expanded
def predicted_gradients(x, n_outputs):
    n_objects, n_features = x.shape
    return x.sum(0).expand(n_outputs, n_features), torch.ones(n_outputs) * n_objects


def autograd_gradients(layer, x):
    total = 0
    for row in x:
        total = total + layer(row).sum()
    total.backward()
    return tuple(part.grad for part in layer.parameters())

# %% [markdown] lang="en"
# Two things are worth a look. All rows of the weight's gradient are the same, since each output is
# added to the sum in the same way. And the batch has no gradient: a tensor that is made as data
# does not require one. What lies between the parameters and the result, such as `layer(objects)`,
# takes part in the computation, but its `.grad` stays `None` as well, and PyTorch warns you when
# you ask for it: only *leaf* tensors keep theirs.

# %% [markdown] lang="ru"
# Обратите внимание на две вещи. Все строки градиента по весам одинаковы: каждый выход входит в
# сумму одним и тем же образом. А у батча градиента нет: для тензора, созданного просто как данные,
# он не считается. То, что лежит между параметрами и результатом, например `layer(objects)`, в
# вычислении участвует, но и у него `.grad` остаётся `None`, а при обращении к нему PyTorch выдаёт
# предупреждение: свой градиент хранят только *листовые* тензоры (leaf).

# %% [markdown] lang="en"
# ## {sigmoid}
#
# The sigmoid, $\sigma(x) = \dfrac{1}{1 + e^{-x}}$, turns any number into one between 0 and 1. So a
# score can be read as a probability. PyTorch has an activation as an object that is called like a
# layer (there are plain functions too, such as `torch.relu`); it has no parameters, and works
# element by element, on tensors of any shape:

# %% [markdown] lang="ru"
# ## {sigmoid}
#
# Сигмоида, $\sigma(x) = \dfrac{1}{1 + e^{-x}}$, превращает любое число в число от 0 до 1, и его
# можно понимать как вероятность. Функцию активации в PyTorch можно взять в виде объекта, который
# вызывают так же, как слой (есть и обычные функции, например `torch.relu`). Параметров у неё нет, а
# работает она поэлементно, с тензорами любой формы:

# %%
activation = nn.Sigmoid()
print(activation(torch.tensor([[-200.0, -1.0, 0.0], [1.0, 3.0, 200.0]])))

# %% [markdown] lang="en"
# Write `sigmoid(x)` by formula, without PyTorch's ready-made sigmoid. It takes a tensor of any
# shape. Compare with the output above, with its first and last number too: $e^{200}$ is infinite in
# `float32`, and yet PyTorch gives no NaN.
#
# This exercise goes on with the `scores` of exercise 2.
#
# *Checked:* `probabilities`, and your function on other tensors, with numbers far from zero too.

# %% [markdown] lang="ru"
# Напишите `sigmoid(x)` по формуле, без готовой сигмоиды из PyTorch. Функция принимает тензор любой
# формы. Сравните с тем, что напечатано выше, включая первое и последнее число: $e^{200}$ в
# `float32` — бесконечность, и всё же NaN у PyTorch не получается.
#
# Это задание продолжает работу со `scores` из задания 2.
#
# *Проверяется:* `probabilities` и ваша функция на других тензорах, в том числе с числами, далёкими
# от нуля.

# %%
#| exercise: sigmoid
#| title:
#|   en: Sigmoid
#|   ru: Сигмоида
#| points: 2
#| forbid:
#|   - torch.nn
#|   - torch.sigmoid
#|   - torch.special
#| checks:
#|   - probabilities
#|   - expr: sigmoid(cube)
#|     hidden: true
#|     points: 2
#|     given: |
#|       cube = torch.randn(2, 3, 4) * 2
#|   - expr: sigmoid(extreme)
#|     hidden: true
#|     points: 2
#|     given: |
#|       extreme = torch.cat([torch.tensor([-200.0, 200.0, 0.0, -95.0, 95.0]), torch.randn(3)])
#| properties:
#|   - property: torch.allclose(probabilities, nn.Sigmoid()(scores))
#|     title:
#|       en: The same as nn.Sigmoid gives
#|       ru: То же, что даёт nn.Sigmoid
def sigmoid(x):
    ### BEGIN SOLUTION
    return 1 / (1 + torch.exp(-x))
    ### END SOLUTION


probabilities = sigmoid(scores)
print(probabilities)

# %%
#| mistake: sigmoid
#| name: sign-of-the-exponent
#| help:
#|   en: "Put a large positive number into your function. Which end of the interval from 0 to 1 should it come near to, and which one does it?"
#|   ru: "Подставьте в функцию большое положительное число. К какому концу отрезка от 0 до 1 должен приблизиться результат и к какому приближается?"
return 1 / (1 + torch.exp(x))

# %%
#| mistake: sigmoid
#| name: brackets-missing
#| help:
#|   en: "Are all your results between 0 and 1? Look at what exactly is divided by what in your code."
#|   ru: "Все ли ваши результаты лежат между 0 и 1? Посмотрите, что именно на что делится в вашем коде."
return 1 / 1 + torch.exp(-x)

# %%
#| mistake: sigmoid
#| name: infinity-by-infinity
#| help:
#|   en: "Near zero all is well. Put 200 into your function and print each part of the fraction by itself. What are they?"
#|   ru: "Вблизи нуля всё верно. Подставьте в функцию 200 и выведите по отдельности числитель и знаменатель. Чему они равны?"
return torch.exp(x) / (1 + torch.exp(x))

# %%
#| mistake: sigmoid
#| name: shares
#| help:
#|   en: "Change one element of the input and look at all the results. How many of them changed, and how many should, if the function works element by element?"
#|   ru: "Измените один элемент на входе и посмотрите на все результаты. Сколько из них изменилось, а сколько должно, если функция поэлементная?"
return torch.softmax(x, dim=-1)

# %%
#| alternative: sigmoid
#| name: tanh
return (1 + torch.tanh(x / 2)) / 2

# %%
#| alternative: sigmoid
#| name: reciprocal
return ((-x).exp() + 1).reciprocal()

# %%
#| alternative: sigmoid
#| name: two-branches
small = torch.exp(-x.abs())
return torch.where(x >= 0, 1 / (1 + small), small / (1 + small))

# %% [markdown] lang="en"
# ## {relu}
#
# ReLU leaves positive numbers as they are and turns negative ones into zero. Leaky ReLU lets a
# little of the negative ones through: it multiplies them by a fixed number $\alpha$, which is
# called `negative_slope` in PyTorch. Mostly $\alpha$ is small, but any number is allowed.

# %% [markdown] lang="ru"
# ## {relu}
#
# ReLU оставляет положительные числа без изменений, а отрицательные превращает в ноль. Leaky ReLU
# отрицательные числа немного пропускает: умножает их на постоянное число $\alpha$, которое в
# PyTorch называется `negative_slope`. Обычно $\alpha$ невелико, но годится любое число.

# %%
points = torch.tensor([-2.0, -0.5, 0.0, 0.5, 2.0])
print(nn.ReLU()(points))
print(nn.LeakyReLU()(points))
print(nn.LeakyReLU(negative_slope=0.3)(points))
print(nn.LeakyReLU(negative_slope=3.0)(points))

# %% [markdown] lang="en"
# Write `relu(x)` and `leaky_relu(x, slope)` without PyTorch's own ReLU and Leaky ReLU. They work
# element by element on tensors of any shape, and leave the tensor that they are given as it was.
#
# *Checked:* both functions on the numbers below and on other tensors, small and large slopes, and
# that the input does not change.

# %% [markdown] lang="ru"
# Напишите `relu(x)` и `leaky_relu(x, slope)` без готовых ReLU и Leaky ReLU из PyTorch. Они работают
# поэлементно, с тензорами любой формы, и не меняют тензор, который им передан.
#
# *Проверяется:* обе функции на числах ниже и на других тензорах, с малыми и большими `slope`, а
# также то, что входной тензор не меняется.

# %%
#| exercise: relu
#| title:
#|   en: ReLU and Leaky ReLU
#|   ru: ReLU и Leaky ReLU
#| points: 2
#| forbid:
#|   - torch.nn
#|   - torch.relu
#| checks:
#|   - relu(numbers)
#|   - leaky_relu(numbers, 0.1)
#|   - expr: "(lambda x: [relu(x), x])(matrix.clone())"
#|     title:
#|       en: "relu: a matrix, which stays as it is"
#|       ru: "relu: матрица, которая не меняется"
#|     hidden: true
#|     given: |
#|       matrix = torch.randn(5, 4)
#|   - expr: "(lambda x: [leaky_relu(x, 0.25), x])(cube.clone())"
#|     title:
#|       en: "leaky_relu: three axes, and a tensor that stays as it is"
#|       ru: "leaky_relu: три оси, и тензор не меняется"
#|     hidden: true
#|     given: |
#|       cube = torch.randn(2, 3, 4)
#|   - expr: leaky_relu(steep, 1.5)
#|     hidden: true
#|     given: |
#|       steep = torch.cat([torch.randn(9), torch.zeros(1)])
#| properties:
#|   - property: torch.allclose(relu(numbers), nn.ReLU()(numbers))
#|     title:
#|       en: The same as nn.ReLU gives
#|       ru: То же, что даёт nn.ReLU
#|   - property: torch.allclose(leaky_relu(numbers, 0.1), nn.LeakyReLU(0.1)(numbers))
#|     title:
#|       en: The same as nn.LeakyReLU gives
#|       ru: То же, что даёт nn.LeakyReLU
#| blank: |
#|   def relu(x):
#|       ...  # YOUR CODE HERE
#|
#|
#|   def leaky_relu(x, slope):
#|       ...  # YOUR CODE HERE
torch.manual_seed(6)
numbers = torch.randn(8)


### BEGIN SOLUTION
def relu(x):
    return x.clamp(min=0)


def leaky_relu(x, slope):
    return x.clamp(min=0) + slope * x.clamp(max=0)
### END SOLUTION

# %%
#| mistake: relu
#| name: input-changed
#| help:
#|   en: "Print the tensor before you call `relu` on it and again afterwards. What has become of its negative numbers?"
#|   ru: "Выведите тензор до вызова `relu` и ещё раз после. Что стало с его отрицательными числами?"
def relu(x):
    x[x < 0] = 0
    return x

# %%
#| mistake: relu
#| name: larger-of-two-lines
#| help:
#|   en: "For small slopes your `leaky_relu` is right. Draw both lines that you compare for a slope of 3: which of them is on top on either side of zero?"
#|   ru: "При малых `slope` ваша `leaky_relu` верна. Нарисуйте обе прямые, которые вы сравниваете, для `slope`, равного 3: какая из них выше слева от нуля и какая справа?"
def leaky_relu(x, slope):
    return torch.maximum(x, slope * x)

# %%
#| mistake: relu
#| name: left-side-upwards
#| help:
#|   en: "Give your `leaky_relu` a negative number and a positive slope. Which sign should the result have?"
#|   ru: "Передайте в `leaky_relu` отрицательное число и положительный `slope`. Какой знак должен быть у результата?"
def leaky_relu(x, slope):
    return torch.where(x > 0, x, -slope * x)

# %%
#| mistake: relu
#| name: slope-on-both-sides
#| help:
#|   en: "What does your `leaky_relu` do with a positive number? Compare with what PyTorch printed above."
#|   ru: "Что ваша `leaky_relu` делает с положительным числом? Сравните с тем, что выше напечатал PyTorch."
def leaky_relu(x, slope):
    return slope * x

# %%
#| mistake: relu
#| name: default-slope
#| help:
#|   en: "Call `leaky_relu` for one and the same tensor with two different slopes. Does it use all that it is given?"
#|   ru: "Вызовите `leaky_relu` для одного и того же тензора с двумя разными `slope`. Всё ли, что ей передают, она использует?"
def leaky_relu(x, slope):
    return torch.where(x > 0, x, 0.01 * x)

# %%
#| alternative: relu
#| name: where
def relu(x):
    return torch.where(x > 0, x, 0)


def leaky_relu(x, slope):
    return torch.where(x < 0, slope * x, x)

# %%
#| alternative: relu
#| name: masks
def relu(x):
    return x * (x > 0)


def leaky_relu(x, slope):
    result = x.clone()
    result[x < 0] *= slope
    return result

# %%
#| alternative: relu
#| name: absolute-values
def relu(x):
    return (x + x.abs()) / 2


def leaky_relu(x, slope):
    return relu(x) - slope * relu(-x)

# %% [markdown] lang="en"
# ## {slopes}
#
# On its way back through an activation, a gradient is multiplied by the slope (the derivative) of
# the activation, at the number that went into it on the way forward. Where the slope is small,
# little of the gradient is left. The function `slope_of` lets autograd find the slope at given
# points. Here it is at work on two other functions:

# %% [markdown] lang="ru"
# ## {slopes}
#
# Проходя через функцию активации в обратную сторону, градиент умножается на её производную в той
# точке, которая была у неё на входе при прямом проходе. Где производная мала, от градиента мало что
# остаётся. Функция `slope_of` находит производную в заданных точках с помощью autograd. Вот как она
# работает на двух других функциях:

# %%
def slope_of(activation, points):
    x = torch.tensor(points, dtype=torch.float32, requires_grad=True)
    activation(x).sum().backward()
    return x.grad


print(slope_of(torch.square, [-1.0, 0.0, 3.0]))
print(slope_of(torch.abs, [-1.0, 0.0, 3.0]))

# %% [markdown] lang="en"
# At zero, $|x|$ has a corner and no derivative; PyTorch settles on a number between the slopes of
# the two sides. ReLU and Leaky ReLU have such a corner too. Find out with `slope_of` what PyTorch
# takes for its own `nn.ReLU()` and `nn.LeakyReLU(...)`; it may also be the slope of one of the
# sides. (Your functions of exercise 6 may give another number at zero.)
#
# Write three functions by formula: `sigmoid_slope(x)`, `relu_slope(x)` and `leaky_relu_slope(x,
# slope)`. They give the slopes at all points of a tensor `x`, zero included, as PyTorch does; shape
# and dtype are those of `x`. You may use `torch.sigmoid` here. They are called with gradients
# switched off.
#
# *Checked:* the three functions on the numbers below and on other tensors, with zeros among them.

# %% [markdown] lang="ru"
# В нуле у $|x|$ излом, и производной там нет; PyTorch берёт число между наклонами слева и справа.
# Такой же излом есть у ReLU и Leaky ReLU. Выясните с помощью `slope_of`, что PyTorch берёт для
# готовых `nn.ReLU()` и `nn.LeakyReLU(...)`; это может быть и наклон с одной из сторон. (Ваши
# функции из задания 6 могут дать в нуле другое число.)
#
# Напишите по формуле три функции: `sigmoid_slope(x)`, `relu_slope(x)` и `leaky_relu_slope(x,
# slope)`. Они возвращают производную во всех точках тензора `x`, включая ноль, — такую же, как у
# PyTorch; форма и тип данных те же, что у `x`. Готовой `torch.sigmoid` здесь пользоваться можно. Их
# вызовут с отключёнными градиентами.
#
# *Проверяется:* все три функции на числах ниже и на других тензорах, среди элементов которых есть и
# нули.

# %%
#| exercise: slopes
#| title:
#|   en: The slopes of the activations
#|   ru: Производные функций активации
#| points: 3
#| checks:
#|   - sigmoid_slope(places)
#|   - expr: relu_slope(places)
#|     constant: true
#|   - expr: torch.no_grad()(sigmoid_slope)(points)
#|     title:
#|       en: "sigmoid_slope: other numbers, gradients switched off"
#|       ru: "sigmoid_slope: другие числа, запись градиентов выключена"
#|     hidden: true
#|     given: |
#|       points = torch.cat([torch.randn(6) * 2, torch.zeros(1)])
#|   - expr: torch.no_grad()(relu_slope)(points)
#|     title:
#|       en: "relu_slope: other numbers, gradients switched off"
#|       ru: "relu_slope: другие числа, запись градиентов выключена"
#|     hidden: true
#|     given: |
#|       points = torch.randn(20).relu() - torch.randn(20).relu()
#|   - expr: torch.no_grad()(leaky_relu_slope)(points, 0.2)
#|     title:
#|       en: "leaky_relu_slope: other numbers, gradients switched off"
#|       ru: "leaky_relu_slope: другие числа, запись градиентов выключена"
#|     hidden: true
#|     given: |
#|       points = (torch.randn(30).relu() - torch.randn(30).relu()).reshape(5, 6)
#| properties:
#|   - property: torch.allclose(sigmoid_slope(places), slope_of(nn.Sigmoid(), places.tolist()))
#|     title:
#|       en: "sigmoid_slope: as autograd says"
#|       ru: "sigmoid_slope: как говорит autograd"
#|   - property: torch.equal(relu_slope(places), slope_of(nn.ReLU(), places.tolist()))
#|     title:
#|       en: "relu_slope: as autograd says"
#|       ru: "relu_slope: как говорит autograd"
#| blank: |
#|   def sigmoid_slope(x):
#|       ...  # YOUR CODE HERE
#|
#|
#|   def relu_slope(x):
#|       ...  # YOUR CODE HERE
#|
#|
#|   def leaky_relu_slope(x, slope):
#|       ...  # YOUR CODE HERE
torch.manual_seed(7)
places = torch.randn(3, 2)


### BEGIN SOLUTION
def sigmoid_slope(x):
    value = torch.sigmoid(x)
    return value * (1 - value)


def relu_slope(x):
    return (x > 0).to(x.dtype)


def leaky_relu_slope(x, slope):
    return torch.where(x > 0, torch.ones_like(x), slope * torch.ones_like(x))
### END SOLUTION

# %%
#| mistake: slopes
#| name: relu-one-at-zero
#| help:
#|   en: "On either side of the corner your `relu_slope` is right. What does `slope_of` give in the corner itself, and to which side does your comparison count it?"
#|   ru: "По обе стороны от излома ваша `relu_slope` верна. Что даёт `slope_of` в самом изломе и к какой стороне относит его ваше сравнение?"
def relu_slope(x):
    return (x >= 0).to(x.dtype)

# %%
#| mistake: slopes
#| name: leaky-one-at-zero
#| help:
#|   en: "On either side of the corner your `leaky_relu_slope` is right. Ask `slope_of` for the corner itself: to which side does it count there?"
#|   ru: "По обе стороны от излома ваша `leaky_relu_slope` верна. Спросите у `slope_of`, что в самом изломе: к какой стороне он там относится?"
def leaky_relu_slope(x, slope):
    return torch.where(x < 0, torch.full_like(x, slope), torch.ones_like(x))

# %%
#| mistake: slopes
#| name: of-the-input
#| help:
#|   en: "Can the sigmoid, which never falls, have a negative slope? Look at what stands in the place of $\\sigma(x)$ in your formula."
#|   ru: "Может ли у сигмоиды, которая нигде не убывает, быть отрицательная производная? Посмотрите, что в вашей формуле стоит на месте $\\sigma(x)$."
def sigmoid_slope(x):
    return x * (1 - x)

# %%
#| mistake: slopes
#| name: value-not-slope
#| help:
#|   en: "Far to the right the sigmoid is nearly flat. How large is its slope there, and what do you get?"
#|   ru: "Далеко справа сигмоида почти горизонтальна. Какой там должна быть производная и что получается у вас?"
def sigmoid_slope(x):
    return torch.sigmoid(x)

# %%
#| mistake: slopes
#| name: true-and-false
#| help:
#|   en: "Your `relu_slope` is right as an answer to a question, but a gradient has to be multiplied by it. What is the dtype of your result?"
#|   ru: "Как ответ на вопрос «да или нет?» ваша `relu_slope` верна, но на неё ещё умножать градиент. Какой у вашего результата dtype?"
def relu_slope(x):
    return x > 0

# %%
#| mistake: slopes
#| name: times-the-input
#| help:
#|   en: "Draw Leaky ReLU to the left of zero. Does it get steeper the farther you go?"
#|   ru: "Нарисуйте Leaky ReLU слева от нуля. Становится ли график круче по мере удаления от нуля?"
def leaky_relu_slope(x, slope):
    return torch.where(x > 0, torch.ones_like(x), slope * x)

# %%
#| alternative: slopes
#| name: exponentials
def sigmoid_slope(x):
    power = torch.exp(-x)
    return power / (1 + power) ** 2


def relu_slope(x):
    return torch.heaviside(x, torch.zeros(1, dtype=x.dtype))


def leaky_relu_slope(x, slope):
    return slope + (1 - slope) * relu_slope(x)

# %%
#| alternative: slopes
#| name: symmetric
def sigmoid_slope(x):
    return torch.sigmoid(x) * torch.sigmoid(-x)


def relu_slope(x):
    return torch.sign(x).clamp(min=0)


def leaky_relu_slope(x, slope):
    result = torch.full_like(x, slope)
    result[x > 0] = 1
    return result

# %%
#| alternative: slopes
#| name: autograd
def sigmoid_slope(x):
    return 1 / (2 + torch.exp(x) + torch.exp(-x))


def relu_slope(x):
    return torch.where(x > 0, 1.0, 0.0).to(x.dtype)


def leaky_relu_slope(x, slope):
    with torch.enable_grad():
        x = x.detach().requires_grad_()
        nn.functional.leaky_relu(x, slope).sum().backward()
    return x.grad

# %% [markdown] lang="en"
# ## {two-layers}
#
# The simplest neural network has two layers and an activation between them. The first layer turns
# the features of an object into a few *hidden* numbers, ReLU is applied to each of those, and the
# second layer makes the prediction out of them: $h = \mathrm{ReLU}(W_1 x + b_1)$ and
# $\hat y = W_2 h + b_2$. So as many numbers have to come out of the first layer as go into the
# second:

# %% [markdown] lang="ru"
# ## {two-layers}
#
# Простейшая нейронная сеть — два слоя и функция активации между ними. Первый слой превращает
# признаки объекта в несколько *скрытых* чисел, к каждому из них применяется ReLU, а второй слой
# строит из них предсказание: $h = \mathrm{ReLU}(W_1 x + b_1)$ и $\hat y = W_2 h + b_2$. Значит, на
# выходе первого слоя должно быть столько же чисел, сколько на входе второго:

# %%
torch.manual_seed(8)
features = torch.randn(300, 2)
targets = features[:, 0].abs() - features[:, 1] + torch.randn(300) / 10

layer1 = nn.Linear(in_features=2, out_features=4)
layer2 = nn.Linear(in_features=4, out_features=1)
print(layer1(features).shape, error_of(layer2, features))

w1, b1, w2, b2 = [part.detach() for layer in (layer1, layer2) for part in layer.parameters()]
print(w1.shape, b1.shape, w2.shape, b2.shape)

# %% [markdown] lang="en"
# Write `network(x, w1, b1, w2, b2)` for a batch `x` with an object in each row. The weights and
# biases are tensors such as layers have them. You may calculate with them directly or put them into
# layers; in that case, return the result without its graph (`detach()`). Exercises 11 and 12 go on
# with your `predictions`.
#
# *Checked:* `predictions`, and your function on other batches and for other numbers of hidden
# values and outputs.

# %% [markdown] lang="ru"
# Напишите `network(x, w1, b1, w2, b2)` для батча `x`, в каждой строке которого по одному объекту.
# Веса и сдвиги — тензоры такого же вида, как у слоёв. Можно вычислять прямо с ними, а можно
# поместить их в слои; в этом случае верните результат без графа вычислений (`detach()`). Ваши
# `predictions` понадобятся в заданиях 11 и 12.
#
# *Проверяется:* `predictions` и ваша функция на других батчах, при другом количестве скрытых чисел
# и выходов.

# %%
#| exercise: two-layers
#| title:
#|   en: Two layers
#|   ru: Два слоя
#| points: 2
#| checks:
#|   - predictions
#|   - expr: network(x, first, first_bias, second, second_bias)
#|     title:
#|       en: Other sizes, three outputs
#|       ru: Другие размеры, три выхода
#|     hidden: true
#|     given: |
#|       x, first, first_bias = torch.randn(9, 5), torch.randn(7, 5), torch.randn(7)
#|       second, second_bias = torch.randn(3, 7), torch.randn(3)
#|   - expr: network(x, square, square_bias, last, last_bias)
#|     title:
#|       en: Square weights
#|       ru: Квадратные матрицы весов
#|     hidden: true
#|     given: |
#|       x, square, square_bias = torch.randn(4, 3), torch.randn(3, 3), torch.randn(3)
#|       last, last_bias = torch.randn(3, 3), torch.randn(3)
#| properties:
#|   - not predictions.requires_grad
def network(x, w1, b1, w2, b2):
    ### BEGIN SOLUTION
    hidden = (x @ w1.T + b1).clamp(min=0)
    return hidden @ w2.T + b2
    ### END SOLUTION


predictions = network(features, w1, b1, w2, b2)

# %%
#| mistake: two-layers
#| name: no-activation
#| help:
#|   en: "Print the hidden numbers just before they go into the second layer. Which signs do you see, and which did you expect?"
#|   ru: "Выведите скрытые числа в том виде, в котором они поступают на вход второго слоя. Какие знаки вы видите и какие ожидали увидеть?"
return (x @ w1.T + b1) @ w2.T + b2

# %%
#| mistake: two-layers
#| name: activation-at-the-end-too
#| help:
#|   en: "What is the smallest of your predictions? Should a network be unable to predict less?"
#|   ru: "Каково наименьшее из ваших предсказаний? Должна ли сеть быть неспособна предсказать меньше?"
return (((x @ w1.T + b1).clamp(min=0)) @ w2.T + b2).clamp(min=0)

# %%
#| mistake: two-layers
#| name: activation-before-the-bias
#| help:
#|   en: "Give every first bias a very negative value. What should ReLU make of the hidden numbers then, and what goes into your second layer?"
#|   ru: "Сделайте все сдвиги первого слоя сильно отрицательными. Что ReLU должна сделать со скрытыми числами и что поступает на вход вашего второго слоя?"
return ((x @ w1.T).clamp(min=0) + b1) @ w2.T + b2

# %%
#| mistake: two-layers
#| name: activation-of-the-input
#| help:
#|   en: "Take two objects that differ in a negative feature only. Does your network tell them apart? Where in the chain of the formula stands the ReLU?"
#|   ru: "Возьмите два объекта, которые отличаются только отрицательным признаком. Различает ли их ваша сеть? В каком месте цепочки из условия стоит ReLU?"
return (x.clamp(min=0) @ w1.T + b1) @ w2.T + b2

# %%
#| mistake: two-layers
#| name: sigmoid-between
#| help:
#|   en: "What does the activation that the task asks for make of -3 and of 3, and what does yours?"
#|   ru: "Что делает с числами -3 и 3 та функция активации, о которой говорится в задании, а что — ваша?"
hidden = torch.sigmoid(x @ w1.T + b1)
return hidden @ w2.T + b2

# %%
#| mistake: two-layers
#| name: tanh-between
#| help:
#|   en: "Which values can the activation that you use take at most? And the one that the task asks for?"
#|   ru: "Какое наибольшее значение может принять ваша функция активации? А та, о которой говорится в задании?"
hidden = torch.tanh(x @ w1.T + b1)
return hidden @ w2.T + b2

# %%
#| alternative: two-layers
#| name: functional
hidden = nn.functional.relu(nn.functional.linear(x, w1, b1))
return nn.functional.linear(hidden, w2, b2)

# %%
#| alternative: two-layers
#| name: sequential
first, second = nn.Linear(*w1.T.shape), nn.Linear(*w2.T.shape)
whole = nn.Sequential(first, nn.ReLU(), second)
with torch.no_grad():
    for parameter, given in zip(whole.parameters(), (w1, b1, w2, b2)):
        parameter.copy_(given)
    return whole(x)

# %%
#| alternative: two-layers
#| name: object-by-object
rows = []
for row in x:
    hidden = torch.relu(w1 @ row + b1)
    rows.append(w2 @ hidden + b2)
return torch.stack(rows)

# %% [markdown] lang="en"
# ## {count-parameters}
#
# The size of a network is told by the number of its parameters, that is, of all single numbers that
# training may change. `parameters()` goes through the parameters of a layer, and of a network made
# of layers; each of them is a whole tensor.

# %% [markdown] lang="ru"
# ## {count-parameters}
#
# Размер сети измеряют количеством её параметров, то есть всех отдельных чисел, которые может менять
# обучение. Метод `parameters()` перебирает параметры слоя или сети, составленной из слоёв; каждый
# из них — целый тензор.

# %%
torch.manual_seed(9)
model = nn.Sequential(nn.Linear(3, 5), nn.ReLU(), nn.Linear(5, 2, bias=False))
for part in model.parameters():
    print(part.shape)

# %% [markdown] lang="en"
# `nn.Sequential` calls its parts one after another. The model above has 30 parameters. Write two
# functions, both return a whole number:
#
# - `count_in(model)` counts the parameters that a layer or a network has.
# - `count_for(sizes)` finds the number without making anything. The list `sizes` says how many
#   numbers an object has before the first layer, after it, after the second and so on: `[3, 5, 2]`
#   means a layer from 3 to 5 and a layer from 5 to 2. All layers are fully connected and have
#   biases.
#
# *Checked:* `n_parameters`, and both functions for other networks, deeper ones and without bias
# too.

# %% [markdown] lang="ru"
# `nn.Sequential` вызывает свои части одну за другой. У модели выше 30 параметров. Напишите две
# функции; обе возвращают целое число:
#
# - `count_in(model)` считает параметры, которые есть у слоя или сети.
# - `count_for(sizes)` находит это число, ничего не создавая. В списке `sizes` сказано, сколько
#   чисел описывают объект до первого слоя, после него, после второго и так далее: `[3, 5, 2]`
#   означает слой из 3 в 5 и слой из 5 в 2. Все слои полносвязные и со сдвигом.
#
# *Проверяется:* `n_parameters` и обе функции для других сетей, в том числе более глубоких и без
# сдвигов.

# %%
#| exercise: count-parameters
#| title:
#|   en: Counting parameters
#|   ru: Сколько у сети параметров
#| points: 2
#| checks:
#|   - expr: n_parameters
#|     constant: true
#|   - expr: "[count_in(nn.Linear(7, 4)), count_in(nn.Linear(4, 9, bias=False))]"
#|     title:
#|       en: "count_in: a layer with a bias, and one without"
#|       ru: "count_in: слой со сдвигом и слой без сдвига"
#|     hidden: true
#|     constant: true
#|   - expr: count_in(nn.Sequential(nn.Linear(6, 5, bias=False), nn.Sigmoid(), nn.Linear(5, 8)))
#|     title:
#|       en: "count_in: a network of two layers"
#|       ru: "count_in: сеть из двух слоёв"
#|     hidden: true
#|     constant: true
#|   - expr: "[count_for(deep), count_for(shallow)]"
#|     hidden: true
#|     points: 2
#|     given: |
#|       deep = torch.randperm(40)[:5].add(2).tolist()
#|       shallow = torch.randperm(40)[:2].add(2).tolist()
#| properties:
#|   - count_in(model) == 30
#|   - property: count_for([3, 5]) == count_in(nn.Linear(3, 5)) > 0
#|     title:
#|       en: count_for and count_in agree on a layer from 3 to 5
#|       ru: count_for и count_in согласны насчёт слоя из 3 в 5
#| blank: |
#|   def count_in(model):
#|       ...  # YOUR CODE HERE
#|
#|
#|   def count_for(sizes):
#|       ...  # YOUR CODE HERE
### BEGIN SOLUTION
def count_in(model):
    return sum(part.numel() for part in model.parameters())


def count_for(sizes):
    return sum(n_in * n_out + n_out for n_in, n_out in zip(sizes, sizes[1:]))
### END SOLUTION


n_parameters = count_for([784, 100, 10])

# %%
#| mistake: count-parameters
#| name: biases-left-out
#| help:
#|   en: "Make a layer of these sizes and let `count_in` count it. What does a layer have besides its weights?"
#|   ru: "Создайте слой таких же размеров и посчитайте его параметры с помощью `count_in`. Что есть у слоя, кроме весов?"
def count_for(sizes):
    return sum(n_in * n_out for n_in, n_out in zip(sizes, sizes[1:]))

# %%
#| mistake: count-parameters
#| name: bias-for-each-input
#| help:
#|   en: "Print the shape of the bias of a layer whose two sizes differ. Which of them does it follow?"
#|   ru: "Выведите форму сдвига у слоя, размеры которого различны. С каким из них она совпадает?"
def count_for(sizes):
    return sum(n_in * n_out + n_in for n_in, n_out in zip(sizes, sizes[1:]))

# %%
#| mistake: count-parameters
#| name: ends-only
#| help:
#|   en: "Put another number into the middle of the list. Should the result change, and does yours?"
#|   ru: "Замените в середине списка одно из чисел другим. Должен ли измениться результат и меняется ли ваш?"
def count_for(sizes):
    return sizes[0] * sizes[-1] + sizes[-1]

# %%
#| mistake: count-parameters
#| name: tensors-counted
#| help:
#|   en: "Make a layer larger and count again. Should the number grow, and does yours? What is it that you count?"
#|   ru: "Увеличьте слой и посчитайте ещё раз. Должно ли число вырасти и растёт ли у вас? Что вы, собственно, считаете?"
def count_in(model):
    return len(list(model.parameters()))

# %%
#| mistake: count-parameters
#| name: rows-counted
#| help:
#|   en: "Double the number of features that go into a layer. Does your `count_in` notice? How many axes does a weight have, and how many of them did you look at?"
#|   ru: "Увеличьте вдвое число признаков на входе слоя. Замечает ли это ваша `count_in`? Сколько у весов осей и на сколько из них вы посмотрели?"
def count_in(model):
    return sum(len(part) for part in model.parameters())

# %%
#| mistake: count-parameters
#| name: bias-for-every-size
#| help:
#|   en: "How many layers does a network with three sizes have, and how many biases did you count?"
#|   ru: "Сколько слоёв у сети с тремя размерами, а сколько смещений посчитали вы?"
def count_for(sizes):
    return sum(n_in * n_out for n_in, n_out in zip(sizes, sizes[1:])) + sum(sizes)

# %%
#| alternative: count-parameters
#| name: products
def count_in(model):
    total = 0
    for part in model.parameters():
        n = 1
        for size in part.shape:
            n *= size
        total += n
    return total


def count_for(sizes):
    return sum((sizes[i] + 1) * sizes[i + 1] for i in range(len(sizes) - 1))

# %%
#| alternative: count-parameters
#| name: one-vector
def count_in(model):
    return len(nn.utils.parameters_to_vector(model.parameters()))


def count_for(sizes):
    if len(sizes) < 2:
        return 0
    return sizes[0] * sizes[1] + sizes[1] + count_for(sizes[1:])

# %% [markdown] lang="en"
# ## {merge-layers}
#
# What is the activation good for? Leave it out: $\hat y = W_2 (W_1 x + b_1) + b_2$. Multiply out,
# and see that this is a single layer $\hat y = W x + b$ again, with a weight and a bias of its own.
# As many layers as you like can be merged in this way, so without activations depth brings nothing.
#
# With a ReLU between the layers, it does bring something. Two hidden numbers and weights of 1
# and -1 are enough to make the corner of $|x|$, which no single layer has:

# %% [markdown] lang="ru"
# ## {merge-layers}
#
# Зачем вообще нужна функция активации? Уберём её: $\hat y = W_2 (W_1 x + b_1) + b_2$. Раскройте
# скобки, и увидите, что снова получился один слой $\hat y = W x + b$, только со своими весами и
# сдвигом. Так можно объединить сколько угодно слоёв, а значит, без функций активации глубина ничего
# не даёт.
#
# А если между слоями стоит ReLU — даёт. Двух скрытых чисел и весов 1 и -1 хватит, чтобы получился
# излом, как у $|x|$, которого у одного слоя не бывает:

# %%
x = torch.tensor([-2.0, -1.0, 0.0, 1.0, 2.0])
print(torch.relu(x) + torch.relu(-x))

# %% [markdown] lang="en"
# Write `merge(w1, b1, w2, b2)`, for two layers without an activation between them. It returns a
# tuple: the weight and the bias of the one layer that computes the same. Test it on any object: the
# one layer has to give what the two give.
#
# *Checked:* `merged`, and your function for layers of other sizes.

# %% [markdown] lang="ru"
# Напишите `merge(w1, b1, w2, b2)` для двух слоёв, между которыми нет функции активации. Функция
# возвращает кортеж: веса и сдвиг одного слоя, который вычисляет то же самое. Проверьте её на любом
# объекте: один слой должен дать то же, что и два.
#
# *Проверяется:* `merged` и ваша функция для слоёв других размеров.

# %%
#| exercise: merge-layers
#| title:
#|   en: Two layers that are one
#|   ru: Два слоя, которые на самом деле один
#| points: 2
#| checks:
#|   - merged
#|   - expr: merge(first, first_bias, second, second_bias)
#|     title:
#|       en: Layers of other sizes
#|       ru: Слои других размеров
#|     hidden: true
#|     given: |
#|       first, first_bias = torch.randn(6, 4), torch.randn(6)
#|       second, second_bias = torch.randn(2, 6), torch.randn(2)
#|   - expr: merge(square, square_bias, last, last_bias)
#|     title:
#|       en: A square weight, one output
#|       ru: Квадратная матрица весов, один выход
#|     hidden: true
#|     given: |
#|       square, square_bias = torch.randn(4, 4), torch.randn(4)
#|       last, last_bias = torch.randn(1, 4), torch.randn(1)
#| properties:
#|   - property: torch.allclose(merged[0].sum(dim=1) + merged[1], second_weight @ (first_weight.sum(dim=1) + first_bias) + second_bias, atol=1e-5)
#|     title:
#|       en: For an object of ones, one layer gives what the two give
#|       ru: Для объекта из единиц один слой даёт то же, что и два
torch.manual_seed(10)
first_weight, first_bias = torch.randn(3, 3), torch.randn(3)
second_weight, second_bias = torch.randn(3, 3), torch.randn(3)


def merge(w1, b1, w2, b2):
    ### BEGIN SOLUTION
    return w2 @ w1, w2 @ b1 + b2
    ### END SOLUTION


merged = merge(first_weight, first_bias, second_weight, second_bias)

# %%
#| mistake: merge-layers
#| name: first-times-second
#| help:
#|   en: "Try two layers of different sizes, from 4 to 6 and from 6 to 2. Does your product still exist? Which of the two weights meets `x` first in the formula?"
#|   ru: "Попробуйте слои разных размеров: из 4 в 6 и из 6 в 2. Можно ли ещё вычислить ваше произведение? Какая из двух матриц в формуле первой умножается на `x`?"
return w1 @ w2, w2 @ b1 + b2

# %%
#| mistake: merge-layers
#| name: biases-added
#| help:
#|   en: "Your weight is right. Let `x` be zero, and follow the first bias through both layers: what happens to it on the way?"
#|   ru: "Веса верны. Пусть `x` состоит из нулей; проследите за первым сдвигом через оба слоя: что происходит с ним по пути?"
return w2 @ w1, b1 + b2

# %%
#| mistake: merge-layers
#| name: first-bias-lost
#| help:
#|   en: "Change `b1` alone and look at your result. Does it change, and does the output of the two layers?"
#|   ru: "Измените только `b1` и посмотрите на результат. Меняется ли он и меняется ли выход двух слоёв?"
return w2 @ w1, b2

# %%
#| mistake: merge-layers
#| name: bias-from-the-left
#| help:
#|   en: "Your weight is right. Let `x` be zero: by which axis of `w2` are the numbers of `b1` added up in the second layer, and by which in your code?"
#|   ru: "Веса верны. Пусть `x` состоит из нулей: по какой оси `w2` складываются числа из `b1` во втором слое и по какой в вашем коде?"
return w2 @ w1, (b1 @ w2 if len(w2) == len(b1) else w2 @ b1) + b2

# %%
#| alternative: merge-layers
#| name: probed
def both(x):
    return w2 @ (w1 @ x + b1) + b2


bias = both(torch.zeros(w1.shape[1], dtype=w1.dtype))
columns = [both(unit) - bias for unit in torch.eye(w1.shape[1], dtype=w1.dtype)]
return torch.stack(columns, dim=1), bias

# %%
#| alternative: merge-layers
#| name: einsum
return torch.einsum("kj,ji->ki", w2, w1), torch.einsum("kj,j->k", w2, b1) + b2

# %%
#| alternative: merge-layers
#| name: transposed
return (w1.T @ w2.T).T, b1 @ w2.T + b2

# %% [markdown] lang="en"
# ## {column-and-vector}
#
# A layer with one output gives a column for a batch. The targets are mostly stored as a vector.
# Their difference raises no error; look at what it is:

# %% [markdown] lang="ru"
# ## {column-and-vector}
#
# Слой с одним выходом превращает батч в столбец. Правильные ответы обычно хранят как вектор. Если
# вычесть одно из другого, ошибки не возникнет. Посмотрите, что получится:

# %%
column = torch.tensor([[1.0], [2.0], [4.0]])
vector = torch.tensor([1.0, 2.0, 4.0])
print(column - vector)

# %% [markdown] lang="en"
# The predictions are perfect, and yet the difference is not zero. By the rules of broadcasting,
# each row says how far one prediction is from *every* target, also from those of other objects.
#
# 1. `predictions` of exercise 8 is such a column for 300 objects, `targets` is a vector. Put the
#    shape of their difference into `difference_shape`, as a tuple of whole numbers.
# 2. So that you recognise the wrong number when you meet it, compute it on purpose. Write
#    `pairs_mse(column, targets)`, for a column of shape `(n, 1)` and a vector of shape `(n,)`: the
#    mean of $(\hat y_i - y_j)^2$ over all pairs $i, j$.
#
# *Checked:* `difference_shape`, `trapped`, and `pairs_mse` on other data.

# %% [markdown] lang="ru"
# Предсказания идеальны, а разность не равна нулю. По правилам транслирования (broadcasting) каждая
# её строка показывает, насколько одно предсказание отличается от *всех* правильных ответов, в том
# числе для других объектов.
#
# 1. `predictions` из задания 8 — такой же столбец, для 300 объектов, а `targets` — вектор. Запишите
#    в `difference_shape` форму их разности: кортеж из целых чисел.
# 2. Чтобы узнать неверное число при встрече, вычислите его нарочно. Напишите
#    `pairs_mse(column, targets)` для столбца формы `(n, 1)` и вектора формы `(n,)`: среднее
#    значение $(\hat y_i - y_j)^2$ по всем парам $i, j$.
#
# *Проверяется:* `difference_shape`, `trapped` и функция `pairs_mse` на других данных.

# %%
#| exercise: column-and-vector
#| title:
#|   en: A column and a vector
#|   ru: Столбец и вектор
#| points: 2
#| checks:
#|   - expr: trapped
#|     public: true
#|   - expr: difference_shape
#|     hidden: true
#|     constant: true
#|   - expr: pairs_mse(other, right)
#|     hidden: true
#|     points: 2
#|     given: |
#|       other, right = torch.randn(9, 1) + 1, torch.randn(9)
#| properties:
#|   - property: type(difference_shape) is tuple and len(difference_shape) == 2
#|     title:
#|       en: difference_shape is a tuple of two numbers
#|       ru: difference_shape — кортеж из двух чисел
#|   - pairs_mse(torch.zeros(3, 1), torch.ones(3)) == 1
#| blank: |
#|   difference_shape = ...  # YOUR CODE HERE
#|
#|
#|   def pairs_mse(column, targets):
#|       ...  # YOUR CODE HERE
### BEGIN SOLUTION
difference_shape = (300, 300)


def pairs_mse(column, targets):
    return ((column - targets) ** 2).mean()
### END SOLUTION


trapped = pairs_mse(predictions, targets)
print(trapped)

# %%
#| mistake: column-and-vector
#| name: shape-of-the-column
#| help:
#|   en: "What shape does the difference have in the example with three objects? Write the two shapes below each other, from the right, as broadcasting does."
#|   ru: "Какой формы разность в примере с тремя объектами? Запишите две формы одну под другой, выровняв по правому краю, как это делает транслирование."
difference_shape = (300, 1)

# %%
#| mistake: column-and-vector
#| name: shape-of-the-vector
#| help:
#|   en: "How many numbers has the difference in the example with three objects? And how many in a tensor of the shape that you wrote down?"
#|   ru: "Сколько чисел в разности из примера с тремя объектами? А сколько их в тензоре той формы, которую вы записали?"
difference_shape = (300,)

# %%
#| mistake: column-and-vector
#| name: own-targets-only
#| help:
#|   en: "Call `pairs_mse` on the three perfect predictions above. Can the mean over all pairs be what you get, if the printed difference is not zero everywhere?"
#|   ru: "Вызовите `pairs_mse` на трёх идеальных предсказаниях из примера. Может ли среднее по всем парам быть таким, если напечатанная разность не везде равна нулю?"
def pairs_mse(column, targets):
    return ((column.flatten() - targets) ** 2).mean()

# %%
#| mistake: column-and-vector
#| name: divided-by-objects
#| help:
#|   en: "Your sum is right. How many pairs are there, and how many did you divide by?"
#|   ru: "Сумма верна. Сколько всего пар и на сколько вы разделили?"
def pairs_mse(column, targets):
    return ((column - targets) ** 2).sum() / len(targets)

# %%
#| mistake: column-and-vector
#| name: square-of-the-mean
#| help:
#|   en: "Which comes first in the formula, the square or the mean? Let positive and negative differences meet and see what is left."
#|   ru: "Что в формуле раньше: квадрат или среднее? Посмотрите, что останется, когда встретятся положительные и отрицательные разности."
def pairs_mse(column, targets):
    return (column - targets).mean() ** 2

# %%
#| mistake: column-and-vector
#| name: absolute-differences
#| help:
#|   en: "Which of the differences weighs more in a mean *squared* error, one of 10 or ten of 1? And in what you compute?"
#|   ru: "Что весит больше в среднем *квадрате* ошибки: одна разность, равная 10, или десять, равных 1? А в том, что вычисляете вы?"
def pairs_mse(column, targets):
    return (column - targets).abs().mean()

# %%
#| alternative: column-and-vector
#| name: loop
difference_shape = tuple((torch.zeros(300, 1) - targets).shape)


def pairs_mse(column, targets):
    total = 0
    for prediction in column:
        total = total + ((prediction - targets) ** 2).mean()
    return total / len(column)

# %%
#| alternative: column-and-vector
#| name: from-means
difference_shape = (len(targets), len(targets))


def pairs_mse(column, targets):
    squares = (column**2).mean() + (targets**2).mean()
    return squares - 2 * column.mean() * targets.mean()

# %%
#| alternative: column-and-vector
#| name: grid
difference_shape = tuple(torch.broadcast_shapes((300, 1), (300,)))


def pairs_mse(column, targets):
    n = len(targets)
    left, right = column.expand(n, n), targets.expand(n, n)
    return nn.functional.mse_loss(left, right)

# %% [markdown] lang="en"
# If you multiply out, only averages remain in this number: of the predictions, of the targets and
# of their squares. Which prediction belongs to which object plays no part any more; you could
# shuffle them. A model that is trained with it does best to predict the mean of the targets for
# every object, so it learns nothing from the features, and all this without an error message.

# %% [markdown] lang="ru"
# Если раскрыть скобки, в этом числе остаются только средние: предсказаний, правильных ответов и их
# квадратов. Какое предсказание относится к какому объекту, уже не важно: их можно было бы и
# перемешать. Модели, которую обучают с такой функцией потерь, выгоднее всего предсказывать для
# любого объекта среднее правильных ответов. По признакам она ничему не научится — и всё это без
# единого сообщения об ошибке.

# %% [markdown] lang="en"
# ## {three-cures}
#
# The difference has to be taken between tensors of one shape. Write three functions:
#
# - `as_vector(column)` turns `(n, 1)` into `(n,)`. Then the predictions fit the targets.
# - `as_column(vector)` turns `(n,)` into `(n, 1)`. Then the targets fit the predictions.
# - `safe_mse(predictions, targets)` returns the mean squared error if both have the same shape,
#   whichever it is. Else it raises a `ValueError`. It cannot mend anything, but it does not keep
#   quiet.
#
# Remember that `n` may be 1: the last batch of an epoch is sometimes that small. `right_mse` is
# computed from the `predictions` of exercise 8.
#
# *Checked:* `right_mse`, and the three functions on other data, with shapes that do not agree too.

# %% [markdown] lang="ru"
# ## {three-cures}
#
# Вычитать нужно тензоры одной и той же формы. Напишите три функции:
#
# - `as_vector(column)` превращает `(n, 1)` в `(n,)`: теперь предсказания подходят к ответам.
# - `as_column(vector)` превращает `(n,)` в `(n, 1)`: теперь ответы подходят к предсказаниям.
# - `safe_mse(predictions, targets)` возвращает среднеквадратичную ошибку, если формы одинаковы,
#   каковы бы они ни были, а иначе вызывает `ValueError`. Исправить она ничего не может, зато и не
#   промолчит.
#
# Не забудьте, что `n` может быть равно 1: последний батч эпохи бывает и таким маленьким.
# `right_mse` вычисляется по `predictions` из задания 8.
#
# *Проверяется:* `right_mse` и все три функции на других данных, в том числе когда формы не
# совпадают.

# %%
#| exercise: three-cures
#| title:
#|   en: Three cures
#|   ru: Три лекарства
#| points: 3
#| checks:
#|   - expr: right_mse
#|     public: true
#|   - expr: "[as_vector(many), as_vector(single)]"
#|     hidden: true
#|     given: |
#|       many, single = torch.randn(6, 1), torch.randn(1, 1)
#|   - expr: "[as_column(many), as_column(single)]"
#|     hidden: true
#|     given: |
#|       many, single = torch.randn(5), torch.randn(1)
#|   - expr: safe_mse(left, right)
#|     hidden: true
#|     given: |
#|       left, right = torch.randn(7, 1), torch.randn(7, 1)
#|   - expr: safe_mse(left.reshape(-1, 1), right)
#|     raises: ValueError
#|     valid: safe_mse(left, right)
#|     hidden: true
#|     given: |
#|       left, right = torch.randn(8), torch.randn(8)
#|   - expr: safe_mse(left[:1], right)
#|     raises: ValueError
#|     valid: safe_mse(left, right)
#|     hidden: true
#|     given: |
#|       left, right = torch.randn(4), torch.randn(4)
#| properties:
#|   - as_vector(torch.zeros(1, 1)).shape == (1,)
#|   - as_column(torch.zeros(1)).shape == (1, 1)
#|   - property: error_of(safe_mse, torch.zeros(2, 1), torch.zeros(2)) == "ValueError"
#|     title:
#|       en: safe_mse raises a ValueError where shapes differ
#|       ru: safe_mse вызывает ValueError, если формы различаются
#| blank: |
#|   def as_vector(column):
#|       ...  # YOUR CODE HERE
#|
#|
#|   def as_column(vector):
#|       ...  # YOUR CODE HERE
#|
#|
#|   def safe_mse(predictions, targets):
#|       ...  # YOUR CODE HERE
### BEGIN SOLUTION
def as_vector(column):
    return column.squeeze(1)


def as_column(vector):
    return vector.unsqueeze(1)


def safe_mse(predictions, targets):
    if predictions.shape != targets.shape:
        raise ValueError("shapes differ")
    return ((predictions - targets) ** 2).mean()
### END SOLUTION


right_mse = safe_mse(as_vector(predictions), targets)
print(right_mse)

# %%
#| mistake: three-cures
#| name: every-axis-removed
#| help:
#|   en: "Call `as_vector` on a column with a single row and print the shape. How many axes should be left?"
#|   ru: "Вызовите `as_vector` на столбце из одной строки и выведите форму. Сколько осей должно остаться?"
def as_vector(column):
    return column.squeeze()

# %%
#| mistake: three-cures
#| name: row-not-column
#| help:
#|   en: "Print the shape of what `as_column` returns for three numbers. How many rows does it have?"
#|   ru: "Выведите форму того, что `as_column` возвращает для трёх чисел. Сколько там строк?"
def as_column(vector):
    return vector.unsqueeze(0)

# %%
#| mistake: three-cures
#| name: lengths-compared
#| help:
#|   en: "Hand a column and a vector of the same length to `safe_mse`. Does it speak up? How many axes does your comparison look at?"
#|   ru: "Передайте в `safe_mse` столбец и вектор одной длины. Возражает ли она? На сколько осей смотрит ваше сравнение?"
def safe_mse(predictions, targets):
    if len(predictions) != len(targets):
        raise ValueError("lengths differ")
    return ((predictions - targets) ** 2).mean()

# %%
#| mistake: three-cures
#| name: axes-counted
#| help:
#|   en: "Hand two vectors of different lengths to `safe_mse`, one of them with a single number. Does it speak up, or is that number stretched?"
#|   ru: "Передайте в `safe_mse` два вектора разной длины, в одном из которых всего одно число. Возражает ли она или это число растягивается?"
def safe_mse(predictions, targets):
    if predictions.ndim != targets.ndim:
        raise ValueError("numbers of axes differ")
    return ((predictions - targets) ** 2).mean()

# %%
#| mistake: three-cures
#| name: sum-of-squares
#| help:
#|   en: "Your error grows with the number of objects, even when each prediction is as good as before. Which word in the name of this error did you leave out?"
#|   ru: "Ваша ошибка растёт вместе с числом объектов, даже если каждое предсказание не стало хуже. Какую часть названия этой ошибки вы пропустили?"
def safe_mse(predictions, targets):
    if predictions.shape != targets.shape:
        raise ValueError("shapes differ")
    return ((predictions - targets) ** 2).sum()

# %%
#| alternative: three-cures
#| name: reshaped
def as_vector(column):
    return column.reshape(-1)


def as_column(vector):
    return vector.view(-1, 1)


def safe_mse(predictions, targets):
    if predictions.size() == targets.size():
        return nn.functional.mse_loss(predictions, targets)
    raise ValueError

# %%
#| alternative: three-cures
#| name: indexed
def as_vector(column):
    return column[:, 0]


def as_column(vector):
    return vector[:, None]


def safe_mse(predictions, targets):
    if tuple(predictions.shape) != tuple(targets.shape):
        raise ValueError(f"{predictions.shape} and {targets.shape}")
    error = (predictions - targets).flatten()
    return error @ error / len(error)

# %%
#| alternative: three-cures
#| name: flattened
def as_vector(column):
    return column.ravel()


def as_column(vector):
    return torch.stack([vector], dim=1)


def safe_mse(predictions, targets):
    if list(predictions.shape) != list(targets.shape):
        raise ValueError("no")
    return torch.square(targets - predictions).sum() / targets.numel()

# %% [markdown] lang="en"
# Now nothing is missing for training but the steps themselves. They are the subject of the next
# notebook: [gradient descent by hand](gradient_descent.ipynb).

# %% [markdown] lang="ru"
# Теперь для обучения не хватает только самих шагов. О них следующий
# ноутбук: [градиентный спуск своими руками](gradient_descent.ipynb).
