# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
#   tensorgrader:
#     title:
#       en: Gradient descent by hand
#       ru: Градиентный спуск своими руками
#     languages: [en, ru]
# ---

# %% [markdown] lang="en"
# # Gradient descent by hand
#
# In this notebook you train models without an optimizer. You compute a loss, find its gradient, and
# take the steps yourself: first for two weights and a bias, then for a linear layer, and at the end
# for a small neural network. The code stays almost the same, and that is the point: once you have
# written the loop by hand, `torch.optim` holds no secrets.
#
# **How to work.** Replace each `# YOUR CODE HERE`, together with the `...` beside or below it, and
# leave the code around it as it is. The cell after an exercise is a self-check: it prints what fits
# and what does not, mostly of types, shapes and dtypes, here and there of values. It promises
# nothing: whether an answer is right, on other data too, is seen when it is graded. Exercise 7 goes
# on with the layer of exercise 6; all others begin by making their data anew and do not depend on
# each other: if one resists, go on with the next, and run any cell as often as you like.
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
# 3. [Layers and activations](layers.ipynb)
# 4. **Gradient descent by hand** (this one)

# %% [markdown] lang="ru"
# # Градиентный спуск своими руками
#
# В этом ноутбуке вы обучите несколько моделей без готового оптимизатора: сами вычислите функцию
# потерь, сами найдёте её градиент и сами сделаете шаги. Сначала обучаться будут два веса и сдвиг
# (bias), потом линейный слой, а в конце — небольшая нейронная сеть. Код при этом почти не
# меняется, и в этом весь смысл: кто хоть раз написал такой цикл своими руками, для того в
# `torch.optim` уже нет никакой магии.
#
# **Как работать.** Замените каждое `# ВАШ КОД ЗДЕСЬ` вместе с многоточием `...`, которое стоит
# рядом или строкой ниже, а остальной код оставьте как есть. Ячейка под заданием — самопроверка: она
# печатает, что сходится, а что нет; чаще всего речь о типе, форме и dtype, кое-где и о значениях.
# Она ничего не обещает: верен ли ответ, в том числе на других данных, станет ясно при проверке.
# Задание 7 продолжает работу со слоем из задания 6, а все остальные сначала заново создают свои
# данные и друг от друга не зависят: если одно не даётся, переходите к следующему. Любую ячейку
# можно запускать сколько угодно раз.
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
# 3. [Слои и функции активации](layers.ipynb)
# 4. **Градиентный спуск своими руками** (этот)

# %%
import torch
from torch import nn

# %% [markdown] lang="en"
# ## The data
#
# There are 300 objects with two features each. The target is a linear function of the features, plus
# noise of variance 1. Since we made the data, we know that a linear model fits them, and that its mean
# squared error can come down to about 1, the variance of the noise, and not much further.
#
# The second feature is spread three times as wide as the first. Keep that in mind when you look at
# the gradients.

# %% [markdown] lang="ru"
# ## Данные
#
# У нас 300 объектов, у каждого по два признака. Целевая переменная — линейная функция признаков
# плюс шум с дисперсией 1. Данные мы создали сами, поэтому знаем, что линейная модель здесь уместна,
# а среднеквадратичная ошибка может опуститься примерно до 1, дисперсии шума, и почти не ниже.
#
# Разброс второго признака втрое больше, чем у первого. Вспомните об этом, когда будете смотреть на
# градиенты.

# %%
def two_features(n_objects=300):
    # en: Returns the features, the targets, and where the descent starts: x, y, w, b, layer.
    # ru: Возвращает признаки, целевую переменную и то, с чего начинается спуск: x, y, w, b, layer.
    torch.manual_seed(0)
    w_true = torch.randn(2)
    b_true = torch.randn(1)

    spread = torch.tensor([10.0, 30.0])
    x = (torch.rand(n_objects, 2) - 0.5) * spread
    noise = torch.randn(n_objects)
    y = x @ w_true + b_true + noise

    w = torch.rand(2)
    b = torch.rand(1)
    layer = nn.Linear(in_features=2, out_features=1)
    return x, y, w, b, layer


x, y, w, b, layer = two_features()
print("x:", x.shape, " y:", y.shape, " w:", w.shape, " b:", b.shape)

# %% [markdown] lang="en"
# ## {predictions}
#
# A linear model predicts $\hat y_i = \sum_j x_{ij} w_j + b$ for each object $i$. For all objects at
# once that is one product of a matrix and a vector: `x` has the shape `(300, 2)`, `w` the shape
# `(2,)`, their product the shape `(300,)`. The bias has the shape `(1,)` and is added to every
# prediction.
#
# The mean squared error, $\mathrm{MSE} = \frac1n \sum_i (\hat y_i - y_i)^2$, says with one number how
# far off the predictions are. It is a tensor without axes: its shape is `()`.
#
# Write both as functions.
#
# *Checked:* `y_pred` and `mse` for the starting weights `w` and `b`, and both functions on other data.

# %% [markdown] lang="ru"
# ## {predictions}
#
# Для объекта $i$ линейная модель предсказывает $\hat y_i = \sum_j x_{ij} w_j + b$. Для всех
# объектов сразу это одно умножение матрицы на вектор: у `x` форма `(300, 2)`, у `w` форма `(2,)`,
# а у их произведения — `(300,)`. Сдвиг имеет форму `(1,)` и прибавляется к каждому предсказанию.
#
# Насколько предсказания далеки от правды, одним числом показывает среднеквадратичная ошибка (mean
# squared error): $\mathrm{MSE} = \frac1n \sum_i (\hat y_i - y_i)^2$. Это тензор без осей, его
# форма — `()`.
#
# Напишите функцию для предсказаний и функцию для ошибки.
#
# *Проверяется:* `y_pred` и `mse` для начальных `w` и `b`, а также обе функции на других данных.

# %%
#| exercise: predictions
#| title:
#|   en: Predictions and the mean squared error
#|   ru: Предсказания и среднеквадратичная ошибка
#| points: 2
#| checks:
#|   - y_pred
#|   - expr: mse
#|     public: true
#|   - expr: predict(features, weights, bias)
#|     hidden: true
#|     given: |
#|       features, weights, bias = torch.randn(40, 3), torch.randn(3), torch.randn(1)
#|   - expr: mean_squared_error(predicted, target)
#|     hidden: true
#|     given: |
#|       predicted, target = torch.randn(70), torch.randn(70)
#| blank: |
#|   def predict(x, w, b):
#|       ...  # YOUR CODE HERE
#|
#|
#|   def mean_squared_error(y_pred, y):
#|       ...  # YOUR CODE HERE
x, y, w, b, _ = two_features()


### BEGIN SOLUTION
def predict(x, w, b):
    return x @ w + b


def mean_squared_error(y_pred, y):
    return torch.mean((y_pred - y) ** 2)
### END SOLUTION


y_pred = predict(x, w, b)
mse = mean_squared_error(y_pred, y)

# %%
#| mistake: predictions
#| name: bias-among-the-weights
#| help:
#|   en: "In your predictions the bias acts more strongly on objects with large features. What should it do to an object whose features are all zero, and in which order do you multiply and add?"
#|   ru: "В ваших предсказаниях сдвиг действует тем сильнее, чем больше признаки объекта. А каким должен быть его вклад, если все признаки объекта равны нулю? В каком порядке вы умножаете и складываете?"
def predict(x, w, b):
    return x @ (w + b)


def mean_squared_error(y_pred, y):
    return torch.mean((y_pred - y) ** 2)

# %%
#| mistake: predictions
#| name: two-features-only
#| help:
#|   en: "Your predictions are right for the two features of this notebook. Would your function do the same for objects that have more features?"
#|   ru: "Для двух признаков из этого ноутбука предсказания верны. А сработает ли ваша функция так же для объектов, у которых признаков больше?"
def predict(x, w, b):
    return x[:, 0] * w[0] + x[:, 1] * w[1] + b


def mean_squared_error(y_pred, y):
    return torch.mean((y_pred - y) ** 2)

# %%
#| mistake: predictions
#| name: sum-of-squares
#| help:
#|   en: "Your error grows with the number of objects, even when each single prediction is as good as before. What does the word “mean” in its name ask for?"
#|   ru: "Ваша ошибка растёт вместе с числом объектов, даже если каждое отдельное предсказание не стало хуже. О чём говорит часть «средне-» в слове «среднеквадратичная»?"
def predict(x, w, b):
    return x @ w + b


def mean_squared_error(y_pred, y):
    return torch.sum((y_pred - y) ** 2)

# %%
#| mistake: predictions
#| name: root-taken
#| help:
#|   en: "What you compute has the unit of the target. Which unit should a mean of squares have, and what in the formula would change it back?"
#|   ru: "То, что вы вычислили, измеряется в тех же единицах, что и целевая переменная. А в каких единицах должен измеряться средний квадрат? Есть ли в формуле то, что вернуло бы исходные единицы?"
def predict(x, w, b):
    return x @ w + b


def mean_squared_error(y_pred, y):
    return torch.sqrt(torch.mean((y_pred - y) ** 2))

# %%
#| mistake: predictions
#| name: absolute-error
#| help:
#|   en: "An error of 10 should count a hundred times as much as an error of 1. How much more does it count in your function?"
#|   ru: "Ошибка предсказания, равная 10, должна весить в сто раз больше, чем равная 1. А во сколько раз больше она весит в вашей функции?"
def predict(x, w, b):
    return x @ w + b


def mean_squared_error(y_pred, y):
    return torch.mean(torch.abs(y_pred - y))

# %%
#| mistake: predictions
#| name: three-hundred-objects
#| help:
#|   en: "The error is right for the data of this notebook and wrong for other data. Is there a number in your code that depends on how many objects there happen to be here?"
#|   ru: "На данных из ноутбука ошибка посчитана верно, а на других данных — нет. Нет ли в вашем коде числа, которое зависит от того, сколько объектов оказалось именно здесь?"
def predict(x, w, b):
    return x @ w + b


def mean_squared_error(y_pred, y):
    return torch.sum((y_pred - y) ** 2) / 300

# %%
#| mistake: predictions
#| name: target-as-column
#| help:
#|   en: "Look at the shape of `y` when you hand it to your functions. What shape does the difference of the predictions and such a target have?"
#|   ru: "Посмотрите, какой формы `y` вы передаёте в свои функции. Какой формы будет разность предсказаний и такой целевой переменной?"
y = y.reshape(-1, 1)


def predict(x, w, b):
    return x @ w + b


def mean_squared_error(y_pred, y):
    return torch.mean((y_pred - y) ** 2)

# %%
#| mistake: predictions
#| name: bias-subtracted
#| help:
#|   en: "What should be predicted for an object whose features are all zeros? What do you get?"
#|   ru: "Что должно предсказываться для объекта, у которого все признаки равны нулю? Что получается у вас?"
def predict(x, w, b):
    return x @ w - b


def mean_squared_error(y_pred, y):
    return torch.mean((y_pred - y) ** 2)

# %%
#| mistake: predictions
#| name: square-of-the-mean
#| help:
#|   en: "Take two objects with the errors -3 and 3. How large should their mean squared error be, and what do you get?"
#|   ru: "Возьмите два объекта с ошибками -3 и 3. Какой должна быть их среднеквадратичная ошибка и что получается у вас?"
def predict(x, w, b):
    return x @ w + b


def mean_squared_error(y_pred, y):
    return torch.mean(y_pred - y) ** 2

# %%
#| alternative: predictions
#| name: library-functions
def predict(x, w, b):
    return torch.einsum("ij,j->i", x, w) + b


def mean_squared_error(y_pred, y):
    return nn.functional.mse_loss(y_pred, y)

# %%
#| alternative: predictions
#| name: written-out
def predict(x, w, b):
    return (x * w).sum(dim=1) + b


def mean_squared_error(y_pred, y):
    error = y - y_pred
    return (error * error).sum() / len(y)

# %%
#| alternative: predictions
#| name: scalar-products
def predict(x, w, b):
    extended = torch.cat([x, torch.ones(len(x), 1)], dim=1)
    return extended.matmul(torch.cat([w, b]))


def mean_squared_error(y_pred, y):
    error = y_pred - y
    return error @ error / error.numel()

# %% [markdown] lang="en"
# ## {gradient-formula}
#
# To make the error smaller we need to know how it changes when a weight changes a little: its partial
# derivatives. Write $e_i = \hat y_i - y_i$ for the error of one object. The derivative of a mean of
# squares is the mean of $2 e_i$ times the derivative of what is inside. The prediction $\hat y_i$
# grows by $x_{ij}$ when $w_j$ grows by one, and by $1$ when $b$ does.
#
# Put that together and write the gradient as a function that returns two tensors: one of the shape of
# `w`, one of the shape of `b`. Do it without autograd: your function is called on other data with
# gradients switched off, where `backward()` fails.
#
# *Checked:* the gradient at the starting weights, and your function on other data.

# %% [markdown] lang="ru"
# ## {gradient-formula}
#
# Чтобы уменьшить ошибку, нужно знать, как она меняется, когда один из весов меняется совсем
# немного, то есть знать её частные производные. Обозначим ошибку на одном объекте через
# $e_i = \hat y_i - y_i$. Производная среднего квадрата — это среднее произведений $2 e_i$ на
# производную того, что стоит под квадратом. Если увеличить на единицу $w_j$, предсказание
# $\hat y_i$ вырастет на $x_{ij}$, а если увеличить на единицу $b$ — на $1$.
#
# Соберите это вместе и напишите функцию, которая вычисляет градиент и возвращает два тензора: один
# такой же формы, как `w`, другой такой же формы, как `b`. Обойдитесь без autograd: на других
# данных вашу функцию вызовут с отключёнными градиентами, и `backward()` там завершится ошибкой.
#
# *Проверяется:* градиент для начальных `w` и `b`, а также ваша функция на других данных.

# %%
#| exercise: gradient-formula
#| title:
#|   en: The gradient by formula
#|   ru: Градиент по формуле
#| points: 3
#| checks:
#|   - expr: mse_gradient(x, y, w, b)
#|     public: true
#|   - expr: torch.no_grad()(mse_gradient)(features, target, weights, bias)
#|     title:
#|       en: Other data, gradients switched off
#|       ru: Другие данные, запись градиентов выключена
#|     hidden: true
#|     points: 2
#|     given: |
#|       features, target = torch.randn(60, 4), torch.randn(60)
#|       weights, bias = torch.randn(4), torch.randn(1)
#| forbid:
#|   - torch.autograd
#|   - torch.func
#|   - torch.enable_grad
#|   - torch.set_grad_enabled
x, y, w, b, _ = two_features()


def mse_gradient(x, y, w, b):
    ### BEGIN SOLUTION
    error = x @ w + b - y
    grad_w = 2 * (x.T @ error) / len(x)
    grad_b = 2 * error.mean().reshape(1)
    return grad_w, grad_b
    ### END SOLUTION

# %%
#| mistake: gradient-formula
#| name: no-factor-two
#| help:
#|   en: "Your gradient points the right way, but its length is off. What becomes of the exponent when you differentiate a square?"
#|   ru: "Направление градиента верное, а длина — нет. Что происходит с показателем степени, когда вы дифференцируете квадрат?"
error = x @ w + b - y
grad_w = x.T @ error / len(x)
grad_b = error.mean().reshape(1)
return grad_w, grad_b

# %%
#| mistake: gradient-formula
#| name: sum-not-mean
#| help:
#|   en: "The more objects there are, the longer your gradient becomes. Which operation over the objects stands in the formula of the error, and is it still there after you differentiate?"
#|   ru: "Чем больше объектов, тем длиннее становится ваш градиент. Какая операция над объектами стоит в формуле ошибки и остаётся ли она после дифференцирования?"
error = x @ w + b - y
grad_w = 2 * (x.T @ error)
grad_b = 2 * error.sum().reshape(1)
return grad_w, grad_b

# %%
#| mistake: gradient-formula
#| name: error-turned-round
#| help:
#|   en: "Suppose that all predictions are too large: then the error grows with `b`. Which sign does your derivative with respect to `b` have in that case?"
#|   ru: "Пусть все предсказания завышены: тогда с ростом `b` растёт и ошибка. Какой знак в этом случае у вашей производной по `b`?"
error = y - (x @ w + b)
grad_w = 2 * (x.T @ error) / len(x)
grad_b = 2 * error.mean().reshape(1)
return grad_w, grad_b

# %%
#| mistake: gradient-formula
#| name: no-bias
#| help:
#|   en: "The derivatives are built from the errors of the predictions. Which predictions did you take for them: is everything that the model adds up included?"
#|   ru: "Производные строятся из ошибок предсказаний. Какие предсказания вы для них взяли: вошло ли туда всё, что складывает модель?"
error = x @ w - y
grad_w = 2 * (x.T @ error) / len(x)
grad_b = 2 * error.mean().reshape(1)
return grad_w, grad_b

# %%
#| mistake: gradient-formula
#| name: bias-summed
#| help:
#|   en: "One of your two derivatives is right. Look at how you put the objects together in the other one: is it done in the same way?"
#|   ru: "Одна из двух производных верна. Посмотрите, как собраны вместе объекты в другой: тем же ли способом?"
error = x @ w + b - y
grad_w = 2 * (x.T @ error) / len(x)
grad_b = 2 * error.sum().reshape(1)
return grad_w, grad_b

# %%
#| mistake: gradient-formula
#| name: three-hundred-objects
#| help:
#|   en: "Your gradient is right for the data of this notebook and wrong for other data. Does the code contain a number that you should rather ask the data for?"
#|   ru: "На данных из ноутбука градиент верен, а на других данных — нет. Нет ли в коде числа, которое лучше брать из самих данных?"
error = x @ w + b - y
grad_w = 2 * (x.T @ error) / 300
grad_b = 2 * error.sum().reshape(1) / 300
return grad_w, grad_b

# %%
#| mistake: gradient-formula
#| name: means-multiplied
#| help:
#|   en: "Is the mean of products the product of the means? Try it with the numbers -1 and 1, each times itself."
#|   ru: "Равно ли среднее произведений произведению средних? Проверьте на числах -1 и 1, умножив каждое само на себя."
error = x @ w + b - y
grad_w = 2 * x.mean(dim=0) * error.mean()
grad_b = 2 * error.mean().reshape(1)
return grad_w, grad_b

# %%
#| alternative: gradient-formula
#| name: mean-over-objects
error = (x * w).sum(dim=1) + b - y
grad_w = (2 * error.unsqueeze(1) * x).mean(dim=0)
grad_b = (2 * error).mean(dim=0, keepdim=True)
return grad_w, grad_b

# %%
#| alternative: gradient-formula
#| name: column-of-ones
extended = torch.cat([x, torch.ones(len(x), 1)], dim=1)
error = extended @ torch.cat([w, b]) - y
gradient = error @ extended * (2 / len(y))
return gradient[:-1], gradient[-1:]

# %%
#| alternative: gradient-formula
#| name: einsum
residual = y - b - torch.einsum("ij,j->i", x, w)
grad_w = -2 / x.shape[0] * torch.einsum("ij,i->j", x, residual)
grad_b = torch.zeros_like(b) - 2 * residual.sum() / x.shape[0]
return grad_w, grad_b

# %% [markdown] lang="en"
# ## {gradient-autograd}
#
# PyTorch finds the same gradient without a formula. You know how from the notebook on [automatic
# differentiation](autograd.ipynb): `requires_grad`, `backward()` on a single number, and the derivative
# in `.grad`.
#
# Compute the MSE of the model with the weights `w` and `b` below, and call `backward()` on it. If you
# did the exercise above, compare the two gradients.
#
# *Checked:* `w.grad` and `b.grad`.

# %% [markdown] lang="ru"
# ## {gradient-autograd}
#
# PyTorch находит тот же градиент без всякой формулы. Как — вы знаете из ноутбука про
# [автоматическое дифференцирование](autograd.ipynb): `requires_grad`, `backward()` у одного числа и
# производная в `.grad`.
#
# Вычислите MSE модели с весами `w` и сдвигом `b` из ячейки ниже и вызовите у неё `backward()`.
# Если вы сделали предыдущее задание, сравните два градиента.
#
# *Проверяется:* `w.grad` и `b.grad`.

# %%
#| exercise: gradient-autograd
#| title:
#|   en: The gradient by autograd
#|   ru: Градиент через autograd
#| points: 1
#| checks:
#|   - w.grad
#|   - b.grad
#| properties:
#|   - property: torch.allclose(w.grad, mse_gradient(x, y, w.detach(), b.detach())[0], rtol=1e-3)
#|     title:
#|       en: w.grad is what your formula gives
#|       ru: w.grad — то же, что даёт ваша формула
x, y, w, b, _ = two_features()
w.requires_grad_()
b.requires_grad_()
### BEGIN SOLUTION
loss = torch.mean((x @ w + b - y) ** 2)
loss.backward()
### END SOLUTION

# %%
#| mistake: gradient-autograd
#| name: sum-not-mean
#| help:
#|   en: "You have differentiated something larger than the MSE. By which factor does it differ from the mean, and does the gradient differ by the same?"
#|   ru: "Вы продифференцировали величину, которая больше MSE. Во сколько раз она больше среднего и во столько же ли раз больше получился градиент?"
loss = torch.sum((x @ w + b - y) ** 2)
loss.backward()

# %%
#| mistake: gradient-autograd
#| name: backward-twice
#| help:
#|   en: "How often has `backward()` run since `w` and `b` were made? Recall what it does to a `.grad` that already holds something."
#|   ru: "Сколько раз выполнился `backward()` с тех пор, как были созданы `w` и `b`? Вспомните, что он делает с `.grad`, в котором уже что-то лежит."
loss = torch.mean((x @ w + b - y) ** 2)
loss.backward(retain_graph=True)
loss.backward()

# %%
#| mistake: gradient-autograd
#| name: one-gradient-emptied
#| help:
#|   en: "One of the two gradients is right, the other is too long. What happened to each of them between the two calls of `backward()`?"
#|   ru: "Один из двух градиентов верен, а другой слишком велик. Что произошло с каждым из них между двумя вызовами `backward()`?"
loss = torch.mean((x @ w + b - y) ** 2)
loss.backward(retain_graph=True)
w.grad.zero_()
loss.backward()

# %%
#| mistake: gradient-autograd
#| name: root-taken
#| help:
#|   en: "The root of the MSE is smallest where the MSE is, but does it change equally fast? Check which of the two you call `backward()` on."
#|   ru: "Корень из MSE минимален там же, где и MSE, но с той же ли скоростью он меняется? Проверьте, у какой из двух величин вы вызываете `backward()`."
loss = torch.sqrt(torch.mean((x @ w + b - y) ** 2))
loss.backward()

# %%
#| mistake: gradient-autograd
#| name: absolute-error
#| help:
#|   en: "In your gradient a large error counts no more than a small one. Which function of the error did you average?"
#|   ru: "В вашем градиенте большая ошибка весит не больше маленькой. Какую функцию от ошибки вы усреднили?"
loss = torch.mean(torch.abs(x @ w + b - y))
loss.backward()

# %%
#| mistake: gradient-autograd
#| name: target-as-column
#| help:
#|   en: "Print the shapes of the predictions, of the target and of their difference. Over how many numbers do you take the mean?"
#|   ru: "Выведите формы предсказаний, целевой переменной и их разности. По скольким числам вы берёте среднее?"
loss = torch.mean((x @ w + b - y.reshape(-1, 1)) ** 2)
loss.backward()

# %%
#| alternative: gradient-autograd
#| name: sum-divided
residual = y - b - (x * w).sum(dim=1)
(residual @ residual / len(residual)).backward()

# %%
#| alternative: gradient-autograd
#| name: autograd-grad
w.grad, b.grad = torch.autograd.grad(nn.functional.mse_loss(x @ w + b, y), (w, b))

# %%
#| alternative: gradient-autograd
#| name: weighted-sum
error = torch.einsum("ij,j->i", x, w) + b - y
error.backward(2 * error.detach() / len(error))

# %% [markdown] lang="en"
# ## {descent}
#
# The gradient points to where the error grows fastest, so we step the other way:
# $w \leftarrow w - \eta \, \partial\,\mathrm{MSE} / \partial w$, and the same for $b$. The step size
# $\eta$ is small, and there are many steps. Each turn of the loop
#
# 1. computes the loss for the current `w` and `b`, and keeps its value as a Python number;
# 2. calls `backward()`;
# 3. changes `w` and `b` in place, inside `with torch.no_grad():`, since the step itself is no part of
#    what is differentiated;
# 4. empties the gradients: `backward()` *adds* to `.grad`, it does not replace it.
#
# All of it is known from [automatic differentiation](autograd.ipynb): why gradients have to be emptied
# from its exercise 8, how a leaf is changed in place from exercise 14. A copy with gradients switched on
# is `w.clone().requires_grad_()`, and `item()` gives the number of a loss.
#
# With `w = w - ...` in the third step you would get a *new* tensor, which has no gradient, and the
# fourth step would fail.
#
# Write the loop as a function. It starts from copies of `w` and `b`, so that it can be called again,
# and returns the final `w`, the final `b` and the list of losses, one a step. The grader calls it twice
# with the same data, and both times the same must come out. The loss belongs to the weights *before*
# the step. No `torch.optim` here: it comes soon enough.
#
# With these data the loss should end a little above 1. Lower is hardly possible: the noise alone has
# a variance of 1.
#
# *Checked:* `w`, `b`, `losses`, the error that your final `w` and `b` really have, and your function
# on other data.

# %% [markdown] lang="ru"
# ## {descent}
#
# Градиент указывает направление, в котором ошибка растёт быстрее всего, поэтому мы шагаем в
# противоположном: $w \leftarrow w - \eta \, \partial\,\mathrm{MSE} / \partial w$, и точно так же
# для $b$. Размер шага $\eta$ мал, зато шагов много. На каждой итерации цикл
#
# 1. вычисляет функцию потерь для текущих `w` и `b` и запоминает её значение как обычное число
#    Python;
# 2. вызывает `backward()`;
# 3. меняет `w` и `b` на месте (in-place) внутри `with torch.no_grad():`, потому что сам шаг
#    дифференцировать не нужно;
# 4. обнуляет градиенты: `backward()` *прибавляет* новый градиент к `.grad`, а не записывает
#    поверх.
#
# Всё это знакомо по ноутбуку про [автоматическое дифференцирование](autograd.ipynb): зачем обнулять
# градиенты, сказано в его задании 8, как менять лист на месте — в задании 14. Копия, для которой
# включены градиенты, — это `w.clone().requires_grad_()`, а число из функции потерь достаёт `item()`.
#
# Если в третьем пункте написать `w = w - ...`, получится *новый* тензор. Градиента у него нет, и
# четвёртый пункт завершится ошибкой.
#
# Оформите цикл как функцию. Она начинает с копий `w` и `b`, чтобы её можно было вызвать ещё раз, и
# возвращает итоговый `w`, итоговый `b` и список значений функции потерь, по одному на шаг. При
# проверке её вызовут дважды с одними и теми же данными, и оба раза должно получиться одно и то же.
# Каждое значение функции потерь относится к весам *до* шага. Без `torch.optim`: до него очередь
# скоро дойдёт.
#
# На этих данных функция потерь к концу должна быть чуть больше 1. Меньше вряд ли получится: у
# одного только шума дисперсия уже равна 1.
#
# *Проверяется:* `w`, `b`, `losses`, ошибка, которую на самом деле дают ваши итоговые `w` и `b`, а
# также ваша функция на других данных.

# %%
#| exercise: descent
#| title:
#|   en: The gradient descent loop
#|   ru: Цикл градиентного спуска
#| points: 5
#| limit: 10
#| checks:
#|   - w
#|   - b
#|   - losses
#|   - recompute: torch.mean((x @ w + b - y) ** 2)
#|     title:
#|       en: The error that your w and b really have
#|       ru: Ошибка, которую на самом деле дают ваши w и b
#|     of: w, b
#|     compare: at_most
#|     margin: 0.01
#|   - expr: "[descend(features, target, weights, bias, n_steps=25, step_size=0.02) for _ in range(2)]"
#|     title:
#|       en: Other data, called twice
#|       ru: Другие данные, два вызова
#|     hidden: true
#|     points: 6
#|     given: |
#|       features, target = torch.randn(80, 3), torch.randn(80)
#|       weights, bias = torch.randn(3), torch.randn(1)
#| properties:
#|   - property: losses[-1] < 1.2
#|     title:
#|       en: The loss ends a little above 1
#|       ru: В конце потери чуть больше 1
#| forbid:
#|   - torch.optim
#| blank: |
#|   # YOUR CODE HERE
#|   return ..., ..., ...
x, y, w_start, b_start, _ = two_features()


def descend(x, y, w, b, n_steps, step_size):
    ### BEGIN SOLUTION
    w = w.clone().requires_grad_()
    b = b.clone().requires_grad_()
    losses = []
    for _ in range(n_steps):
        loss = torch.mean((x @ w + b - y) ** 2)
        losses.append(loss.item())
        loss.backward()
        with torch.no_grad():
            w -= step_size * w.grad
            b -= step_size * b.grad
        w.grad.zero_()
        b.grad.zero_()
    return w.detach(), b.detach(), losses
    ### END SOLUTION


w, b, losses = descend(x, y, w_start, b_start, n_steps=200, step_size=1e-2)

# %%
#| mistake: descent
#| name: no-zero-grad
#| help:
#|   en: "The losses go up and down as if the model had gathered momentum. What does `backward()` do to `.grad` when it is called again?"
#|   ru: "Функция потерь то падает, то растёт, словно модель движется по инерции. Что делает `backward()` с `.grad`, когда его вызывают снова?"
w = w.clone().requires_grad_()
b = b.clone().requires_grad_()
losses = []
for _ in range(n_steps):
    loss = torch.mean((x @ w + b - y) ** 2)
    losses.append(loss.item())
    loss.backward()
    with torch.no_grad():
        w -= step_size * w.grad
        b -= step_size * b.grad
return w.detach(), b.detach(), losses

# %%
#| mistake: descent
#| name: loss-after-step
#| help:
#|   en: "The final weights are right, but the losses are shifted by one step. Which weights does each of your losses belong to?"
#|   ru: "Итоговые веса верны, а вот значения функции потерь сдвинуты на один шаг. К каким весам относится каждое из них?"
w = w.clone().requires_grad_()
b = b.clone().requires_grad_()
losses = []
for _ in range(n_steps):
    loss = torch.mean((x @ w + b - y) ** 2)
    loss.backward()
    with torch.no_grad():
        w -= step_size * w.grad
        b -= step_size * b.grad
        losses.append(torch.mean((x @ w + b - y) ** 2).item())
    w.grad.zero_()
    b.grad.zero_()
return w.detach(), b.detach(), losses

# %%
#| mistake: descent
#| name: bias-left-alone
#| help:
#|   en: "Compare what you return with what the descent started from. Has everything that the model learns moved?"
#|   ru: "Сравните то, что возвращает функция, с тем, откуда начался спуск. Всё ли, что модель подбирает при обучении, сдвинулось с места?"
w = w.clone().requires_grad_()
losses = []
for _ in range(n_steps):
    loss = torch.mean((x @ w + b - y) ** 2)
    losses.append(loss.item())
    loss.backward()
    with torch.no_grad():
        w -= step_size * w.grad
    w.grad.zero_()
return w.detach(), b, losses

# %%
#| mistake: descent
#| name: fixed-step-size
#| help:
#|   en: "With these data and this step size all is well; your function is also called with others. Does it use each of its arguments?"
#|   ru: "С этими данными и этим размером шага всё верно, но вашу функцию вызывают и с другими. Все ли свои аргументы она использует?"
w = w.clone().requires_grad_()
b = b.clone().requires_grad_()
losses = []
for _ in range(n_steps):
    loss = torch.mean((x @ w + b - y) ** 2)
    losses.append(loss.item())
    loss.backward()
    with torch.no_grad():
        w -= 1e-2 * w.grad
        b -= 1e-2 * b.grad
    w.grad.zero_()
    b.grad.zero_()
return w.detach(), b.detach(), losses

# %%
#| mistake: descent
#| name: start-changed
#| help:
#|   en: "Call your function twice with the same arguments: the second time it starts where the first one ended. What happens to the tensors that were passed to it?"
#|   ru: "Вызовите функцию дважды с одними и теми же аргументами: во второй раз она начнёт там, где закончила в первый. Что происходит с тензорами, которые в неё передали?"
w.requires_grad_()
b.requires_grad_()
losses = []
for _ in range(n_steps):
    loss = torch.mean((x @ w + b - y) ** 2)
    losses.append(loss.item())
    loss.backward()
    with torch.no_grad():
        w -= step_size * w.grad
        b -= step_size * b.grad
    w.grad.zero_()
    b.grad.zero_()
return w.detach(), b.detach(), losses

# %%
#| alternative: descent
#| name: gradient-by-formula
w, b = w.clone(), b.clone()
losses = []
for _ in range(n_steps):
    error = x @ w + b - y
    losses.append((error @ error / len(error)).item())
    w -= step_size * 2 * (x.T @ error) / len(error)
    b -= step_size * 2 * error.mean()
return w, b, losses

# %%
#| alternative: descent
#| name: new-tensors
w = w.detach().clone().requires_grad_()
b = b.detach().clone().requires_grad_()
losses = []
for _ in range(n_steps):
    loss = nn.functional.mse_loss(x @ w + b, y)
    loss.backward()
    w = (w - step_size * w.grad).detach().requires_grad_()
    b = (b - step_size * b.grad).detach().requires_grad_()
    losses.append(loss.item())
return w.detach(), b.detach(), losses

# %%
#| alternative: descent
#| name: one-vector
extended = torch.cat([x, torch.ones(len(x), 1)], dim=1)
parameters = torch.cat([w, b]).requires_grad_()
losses = []
while len(losses) < n_steps:
    loss = ((extended @ parameters - y) ** 2).sum() / len(y)
    losses.append(loss.item())
    (gradient,) = torch.autograd.grad(loss, parameters)
    parameters = (parameters - step_size * gradient).detach().requires_grad_()
return parameters.detach()[:-1], parameters.detach()[-1:], losses

# %% [markdown] lang="en"
# ## {linear-layer}
#
# `nn.Linear` keeps a weight and a bias and multiplies for us. Mind the trap of the notebook on
# [layers](layers.ipynb), its exercises 11 and 12: the layer returns one *column*, of the shape
# `(300, 1)`, and the target is a plain vector of the shape `(300,)`.

# %% [markdown] lang="ru"
# ## {linear-layer}
#
# `nn.Linear` сам хранит веса и сдвиг и сам выполняет умножение. Помните о ловушке из ноутбука про
# [слои](layers.ipynb), задания 11 и 12: слой возвращает *столбец* формы `(300, 1)`, а целевая
# переменная — обычный вектор формы `(300,)`.

# %%
x, y, _, _, layer = two_features()
print("layer(x):    ", layer(x).shape)
print("y:           ", y.shape)
print("layer(x) - y:", (layer(x) - y).shape)


def layer_of(weight, bias):
    # en: Returns a linear layer with this weight and bias. The grader makes other layers with it.
    # ru: Возвращает линейный слой с такими весами и сдвигом; им создают слои и при проверке.
    made = nn.Linear(weight.shape[1], weight.shape[0])
    made.load_state_dict({"weight": weight, "bias": bias})
    return made

# %% [markdown] lang="en"
# Nothing fails if you subtract them as they are: a mean can be taken, and the loss even falls at first.
# But the model learns to predict the average of `y` for every object. So bring both to one shape.
#
# Write the training loop for a layer as a function. It changes the layer in place and returns the list
# of losses. Take the steps by hand again, for `layer.weight` and `layer.bias`; `layer.zero_grad()`
# empties both gradients.
#
# *Checked:* the trained `layer`, `layer_losses`, and your function on another layer with other data.

# %% [markdown] lang="ru"
# Если вычесть их как есть, ошибки на экране не будет: среднее вычислится, а функция потерь поначалу
# даже станет падать. Но модель научится предсказывать для любого объекта среднее значение `y`.
# Поэтому сначала приведите обе величины к одной форме.
#
# Оформите цикл обучения слоя как функцию. Она меняет слой на месте и возвращает список значений
# функции потерь. Шаги для `layer.weight` и `layer.bias` снова делайте сами; `layer.zero_grad()`
# сбрасывает сразу оба градиента.
#
# *Проверяется:* обученный `layer`, `layer_losses`, а также ваша функция на другом слое и других
# данных.

# %%
#| exercise: linear-layer
#| title:
#|   en: A linear layer, trained by hand
#|   ru: Линейный слой, обученный вручную
#| points: 3
#| limit: 10
#| checks:
#|   - layer.weight
#|   - layer.bias
#|   - layer_losses
#|   - expr: train_layer(layer_of(weights, bias), features, target, n_steps=15, step_size=0.05)
#|     title:
#|       en: Another layer, other data
#|       ru: Другой слой, другие данные
#|     hidden: true
#|     points: 3
#|     given: |
#|       weights, bias = torch.randn(1, 4), torch.randn(1)
#|       features, target = torch.randn(50, 4), torch.randn(50)
#| properties:
#|   - property: layer_losses[-1] < 1.2
#|     title:
#|       en: The loss ends a little above 1
#|       ru: В конце потери чуть больше 1
#| forbid:
#|   - torch.optim
#| blank: |
#|   ...  # YOUR CODE HERE
x, y, _, _, layer = two_features()


def train_layer(layer, x, y, n_steps, step_size):
    ### BEGIN SOLUTION
    losses = []
    for _ in range(n_steps):
        loss = torch.mean((layer(x).reshape(-1) - y) ** 2)
        losses.append(loss.item())
        loss.backward()
        with torch.no_grad():
            layer.weight -= step_size * layer.weight.grad
            layer.bias -= step_size * layer.bias.grad
        layer.zero_grad()
    return losses
    ### END SOLUTION


layer_losses = train_layer(layer, x, y, n_steps=200, step_size=1e-2)

# %%
#| mistake: linear-layer
#| name: column-minus-row
#| help:
#|   en: "The loss falls at first and then gets stuck far too high. Print the shape of the difference that you square."
#|   ru: "Функция потерь сначала падает, а потом застревает на слишком большом значении. Выведите форму разности, которую вы возводите в квадрат."
losses = []
for _ in range(n_steps):
    loss = torch.mean((layer(x) - y) ** 2)
    losses.append(loss.item())
    loss.backward()
    with torch.no_grad():
        layer.weight -= step_size * layer.weight.grad
        layer.bias -= step_size * layer.bias.grad
    layer.zero_grad()
return losses

# %%
#| mistake: linear-layer
#| name: no-zero-grad
#| help:
#|   en: "The loss swings instead of settling down. What is in the gradients of the layer at the moment when the next `backward()` begins?"
#|   ru: "Функция потерь колеблется и никак не успокоится. Что лежит в градиентах слоя в тот момент, когда начинается следующий `backward()`?"
losses = []
for _ in range(n_steps):
    loss = torch.mean((layer(x).reshape(-1) - y) ** 2)
    losses.append(loss.item())
    loss.backward()
    with torch.no_grad():
        layer.weight -= step_size * layer.weight.grad
        layer.bias -= step_size * layer.bias.grad
return losses

# %%
#| mistake: linear-layer
#| name: loss-after-step
#| help:
#|   en: "The trained layer is right, but each loss is measured one step too late. When do you compute the number that you keep: before the layer changes, or after?"
#|   ru: "Обученный слой верен, но каждое значение функции потерь измерено на шаг позже, чем нужно. Когда вы вычисляете число, которое сохраняете: до изменения слоя или после?"
losses = []
for _ in range(n_steps):
    loss = torch.mean((layer(x).reshape(-1) - y) ** 2)
    loss.backward()
    with torch.no_grad():
        layer.weight -= step_size * layer.weight.grad
        layer.bias -= step_size * layer.bias.grad
        losses.append(torch.mean((layer(x).reshape(-1) - y) ** 2).item())
    layer.zero_grad()
return losses

# %%
#| mistake: linear-layer
#| name: bias-left-alone
#| help:
#|   en: "The layer learns two tensors. Look at both before and after the training: do both change?"
#|   ru: "В слое обучаются два тензора. Посмотрите на них до и после обучения: оба ли меняются?"
losses = []
for _ in range(n_steps):
    loss = torch.mean((layer(x).reshape(-1) - y) ** 2)
    losses.append(loss.item())
    loss.backward()
    with torch.no_grad():
        layer.weight -= step_size * layer.weight.grad
    layer.zero_grad()
return losses

# %%
#| mistake: linear-layer
#| name: fixed-step-size
#| help:
#|   en: "The layer of this notebook is trained right, another one is not. What could be different when your function is called again, and does your code take notice of it?"
#|   ru: "Слой из этого ноутбука обучен верно, а другой — нет. Что может измениться при новом вызове функции и учитывает ли это ваш код?"
losses = []
for _ in range(n_steps):
    loss = torch.mean((layer(x).reshape(-1) - y) ** 2)
    losses.append(loss.item())
    loss.backward()
    with torch.no_grad():
        layer.weight -= 1e-2 * layer.weight.grad
        layer.bias -= 1e-2 * layer.bias.grad
    layer.zero_grad()
return losses

# %%
#| alternative: linear-layer
#| name: target-as-column
losses = []
target = y.unsqueeze(1)
for _ in range(n_steps):
    loss = nn.functional.mse_loss(layer(x), target)
    loss.backward()
    losses.append(loss.item())
    with torch.no_grad():
        for parameter in layer.parameters():
            parameter.sub_(step_size * parameter.grad)
            parameter.grad = None
return losses

# %%
#| alternative: linear-layer
#| name: autograd-grad
losses = []
parameters = list(layer.parameters())
for _ in range(n_steps):
    error = y - layer(x).squeeze(1)
    loss = (error * error).sum() / len(error)
    gradients = torch.autograd.grad(loss, parameters)
    with torch.no_grad():
        for parameter, gradient in zip(parameters, gradients, strict=True):
            parameter.add_(gradient, alpha=-step_size)
    losses.append(loss.item())
return losses

# %%
#| alternative: linear-layer
#| name: gradient-by-formula
losses = []
with torch.no_grad():
    for _ in range(n_steps):
        error = x @ layer.weight[0] + layer.bias - y
        losses.append(torch.mean(error**2).item())
        layer.weight -= step_size * 2 * torch.mean(error.unsqueeze(1) * x, dim=0)
        layer.bias -= step_size * 2 * torch.mean(error)
return losses

# %% [markdown] lang="en"
# **Is it the same?** In older code the step has no `no_grad`. It goes through `.data`, the numbers of a
# tensor behind autograd's back: `layer.weight.data -= step_size * layer.weight.grad`. Below, both ways
# change `a` at a bad moment, between the way there and the way back. What will the two lines say?
# Predict it before you run the cell.

# %% [markdown] lang="ru"
# **Одно ли это и то же?** В старом коде шаг делают без `no_grad`, через `.data` — числа тензора в
# обход autograd: `layer.weight.data -= step_size * layer.weight.grad`. Ниже `a` меняют обоими
# способами в неподходящий момент: прямой путь уже пройден, обратный ещё нет. Что будет в двух
# строках? Подумайте, прежде чем запускать ячейку.

# %%
def by_no_grad(a):
    with torch.no_grad():
        a *= 10


def by_data(a):
    a.data *= 10


for change in (by_no_grad, by_data):
    a = torch.tensor([1.0, 3.0], requires_grad=True)
    total = (a * a).sum()
    change(a)
    try:
        total.backward()
        print(change.__name__, a.grad)
    except RuntimeError as error:
        print(change.__name__, "RuntimeError:", str(error)[:70])

# %% [markdown] lang="en"
# The numbers of `a` are the same both times. But autograd has kept `a` for the way back, and only the
# first change is one that it notices. After the second one it computes with numbers that were not there
# on the way there, and gives a wrong gradient without a word. Where nothing is kept, as after
# `backward()`, the two do the same; `no_grad` is the one that speaks up where they do not.

# %% [markdown] lang="ru"
# Числа в `a` оба раза одни и те же. Но для обратного пути autograd сохранил `a`, а замечает он
# только первое изменение. После второго он считает с числами, которых на прямом пути не было, и
# молча выдаёт неверный градиент. Там, где сохранять уже нечего, как после `backward()`, оба способа
# делают одно и то же, но только `no_grad` сообщит, если это не так.

# %% [markdown] lang="en"
# ## {five-features}
#
# Now there are five features, each spread wider than the one before, and no bias in the data. The
# widest feature has the largest gradient, and a step size that is small enough for its weight
# moves the weight of the narrowest feature very little. So the steps are ten times smaller here, and
# there are ten times as many of them.
#
# The function below also returns the two layers of the last exercise.

# %% [markdown] lang="ru"
# ## {five-features}
#
# Теперь признаков пять, разброс каждого следующего больше, чем у предыдущего, а сдвига в данных
# нет. Больше всего градиент у веса при признаке с самым большим разбросом. Если размер шага
# достаточно мал для этого веса, то вес при признаке с самым маленьким разбросом почти не
# двигается. Поэтому шаги здесь в десять раз меньше, а самих шагов в десять раз больше.
#
# Функция ниже возвращает ещё и два слоя для последнего задания.

# %%
def true_weights():
    # en: The weights that the targets are made with.
    # ru: Веса, с которыми получена целевая переменная.
    torch.manual_seed(0)
    return torch.randn(5)


def five_features(n_objects=300):
    # en: Returns the features, the targets, and untrained layers: x, y, layer, hidden, output.
    # ru: Возвращает признаки, целевую переменную и необученные слои: x, y, layer, hidden, output.
    w_true = true_weights()

    spread = torch.tensor([10.0, 30.0, 50.0, 70.0, 90.0])
    x = (torch.rand(n_objects, 5) - 0.5) * spread
    y = x @ w_true + torch.randn(n_objects)

    layer = nn.Linear(in_features=5, out_features=1)
    hidden = nn.Linear(in_features=5, out_features=3)
    output = nn.Linear(in_features=3, out_features=1)
    return x, y, layer, hidden, output

# %% [markdown] lang="en"
# Train `layer_5` for 2000 steps of `1e-3` and keep the losses in `losses_5`, one a step, as Python
# numbers. Print a loss now and then, and watch how fast the first steps are and how slow the last.
#
# *Checked:* the trained `layer_5`, `losses_5`, and the error that your layer really has.

# %% [markdown] lang="ru"
# Обучите `layer_5` за 2000 шагов размера `1e-3`. Значения функции потерь собирайте в `losses_5`,
# по одному на шаг, как обычные числа Python. Время от времени печатайте очередное значение и
# посмотрите, как быстро идёт дело на первых шагах и как медленно — на последних.
#
# *Проверяется:* обученный `layer_5`, `losses_5` и ошибка, которую ваш слой даёт на самом деле.

# %%
#| exercise: five-features
#| title:
#|   en: Five features
#|   ru: Пять признаков
#| points: 1
#| limit: 40
#| checks:
#|   - layer_5.weight
#|   - layer_5.bias
#|   - losses_5
#|   - recompute: torch.mean((x5 @ layer_5["weight"].reshape(-1) + layer_5["bias"] - y5) ** 2)
#|     title:
#|       en: The error that your layer really has
#|       ru: Ошибка, которую на самом деле даёт ваш слой
#|     of: layer_5
#|     compare: at_most
#|     margin: 0.005
#| properties:
#|   - property: losses_5[-1] < losses_5[0]
#|     title:
#|       en: The loss has fallen
#|       ru: Функция потерь уменьшилась
#| forbid:
#|   - torch.optim
#| blank: |
#|   losses_5 = ...  # YOUR CODE HERE
x5, y5, layer_5, _, _ = five_features()
n_steps = 2000
step_size = 1e-3
### BEGIN SOLUTION
losses_5 = []
for i in range(n_steps):
    loss = torch.mean((layer_5(x5).ravel() - y5) ** 2)
    losses_5.append(loss.item())
    if i % 250 == 0:
        print(f"step {i + 1}: {loss.item():.5f}")
    loss.backward()
    with torch.no_grad():
        layer_5.weight -= step_size * layer_5.weight.grad
        layer_5.bias -= step_size * layer_5.bias.grad
    layer_5.zero_grad()
### END SOLUTION

# %%
#| mistake: five-features
#| name: column-minus-row
#| help:
#|   en: "The layer has learned to predict nearly the same for every object. Which shapes do its output and the target have, and what does their difference look like?"
#|   ru: "Слой научился предсказывать для всех объектов почти одно и то же. Какой формы его выход и какой — целевая переменная? А их разность?"
losses_5 = []
for _ in range(n_steps):
    loss = torch.mean((layer_5(x5) - y5) ** 2)
    losses_5.append(loss.item())
    loss.backward()
    with torch.no_grad():
        layer_5.weight -= step_size * layer_5.weight.grad
        layer_5.bias -= step_size * layer_5.bias.grad
    layer_5.zero_grad()

# %%
#| mistake: five-features
#| name: loss-after-step
#| help:
#|   en: "Your first loss should be that of the untrained layer. Is it?"
#|   ru: "Первым в списке должно стоять значение функции потерь для ещё не обученного слоя. Так ли это у вас?"
losses_5 = []
for _ in range(n_steps):
    loss = torch.mean((layer_5(x5).ravel() - y5) ** 2)
    loss.backward()
    with torch.no_grad():
        layer_5.weight -= step_size * layer_5.weight.grad
        layer_5.bias -= step_size * layer_5.bias.grad
        losses_5.append(torch.mean((layer_5(x5).ravel() - y5) ** 2).item())
    layer_5.zero_grad()

# %%
#| mistake: five-features
#| name: ten-times-smaller-twice
#| help:
#|   en: "Follow one weight through the first step: by how much does it change, and by how much should it, given its gradient and the step size of this exercise?"
#|   ru: "Проследите за одним весом на первом шаге: на сколько он изменился и на сколько должен был измениться при таком градиенте и размере шага из этого задания?"
losses_5 = []
for _ in range(n_steps):
    loss = torch.mean((layer_5(x5).ravel() - y5) ** 2)
    losses_5.append(loss.item())
    loss.backward()
    with torch.no_grad():
        layer_5.weight -= step_size / 10 * layer_5.weight.grad
        layer_5.bias -= step_size / 10 * layer_5.bias.grad
    layer_5.zero_grad()

# %%
#| alternative: five-features
#| name: target-as-column
losses_5 = []
for _ in range(n_steps):
    loss = nn.functional.mse_loss(layer_5(x5), y5.reshape(-1, 1))
    loss.backward()
    with torch.no_grad():
        for parameter in layer_5.parameters():
            parameter -= step_size * parameter.grad
            parameter.grad.zero_()
    losses_5.append(loss.item())

# %%
#| alternative: five-features
#| name: gradient-by-formula
losses_5 = []
with torch.no_grad():
    for _ in range(n_steps):
        error = x5 @ layer_5.weight[0] + layer_5.bias - y5
        losses_5.append((error @ error / len(error)).item())
        layer_5.weight -= step_size * 2 * (error @ x5) / len(error)
        layer_5.bias -= step_size * 2 * error.mean()

# %%
#| alternative: five-features
#| name: autograd-grad
losses_5 = []
parameters = list(layer_5.parameters())
for _ in range(n_steps):
    error = y5 - layer_5(x5).squeeze(-1)
    loss = (error * error).sum() / len(error)
    gradients = torch.autograd.grad(loss, parameters)
    with torch.no_grad():
        for parameter, gradient in zip(parameters, gradients, strict=True):
            parameter.sub_(gradient, alpha=step_size)
    losses_5.append(loss.item())

# %% [markdown] lang="en"
# ## {learnt-weights}
#
# The data were made with weights that we know, `true_weights()`. How near has the training come to
# them? Write `off_by(learnt, true)`: how far each learnt weight is from the true one, whichever is the
# larger. `learnt` is the weight of a layer with one output, of the shape `(1, n)`, `true` a vector of the
# shape `(n,)`. The result is a vector of the shape `(n,)`, and nobody will go back through it: it does
# not require gradients.
#
# The exercise goes on with the layer of the one before. Look at `off_5` beside the spreads of the five
# features: which weights are learnt best, and why?
#
# *Checked:* `off_5`, and your function on other weights.

# %% [markdown] lang="ru"
# ## {learnt-weights}
#
# Мы знаем, с какими весами получены данные: `true_weights()`. Насколько близко к ним подошло
# обучение? Напишите `off_by(learnt, true)`: на сколько каждый выученный вес отличается от
# настоящего, в какую бы сторону он ни отличался. `learnt` — веса слоя с одним выходом, формы
# `(1, n)`, `true` — вектор формы `(n,)`. Результат — вектор формы `(n,)`; обратно через него никто не
# пойдёт, и градиент для него не нужен.
#
# Задание продолжает работу со слоем из предыдущего. Сравните `off_5` с разбросом пяти признаков:
# какие веса выучены лучше всего и почему?
#
# *Проверяется:* `off_5` и ваша функция на других весах.

# %%
#| exercise: learnt-weights
#| title:
#|   en: Learnt weights and true ones
#|   ru: Выученные веса и настоящие
#| points: 1
#| checks:
#|   - off_5
#|   - expr: off_by(learnt.clone().requires_grad_(), true)
#|     title:
#|       en: Other weights, and no gradient of the result
#|       ru: Другие веса, и у результата нет градиента
#|     hidden: true
#|     given: |
#|       learnt, true = torch.randn(1, 7), torch.randn(7)
#|     aspects:
#|       - type
#|       - shape
#|       - dtype
#|       - device
#|       - values
#|       - requires_grad
#| properties:
#|   - property: not off_5.requires_grad
#|     title:
#|       en: off_5 does not require gradients
#|       ru: off_5 не требует градиента
#|   - property: (off_5.abs() < 0.1).all()
#|     title:
#|       en: No weight is off by 0.1 or more
#|       ru: Ни один вес не отличается на 0.1 и больше
#| blank: |
#|   def off_by(learnt, true):
#|       ...  # YOUR CODE HERE
### BEGIN SOLUTION
def off_by(learnt, true):
    return (learnt.detach()[0] - true).abs()
### END SOLUTION


off_5 = off_by(layer_5.weight, true_weights())
print(off_5)

# %%
#| mistake: learnt-weights
#| name: with-its-sign
#| help:
#|   en: "Take a learnt weight of 2 and a true one of 3, and then the other way round. How far are they apart each time, and what do you get?"
#|   ru: "Возьмите выученный вес 2 и настоящий 3, а потом наоборот. На сколько они отличаются в каждом случае и что получается у вас?"
def off_by(learnt, true):
    return learnt.detach()[0] - true

# %%
#| mistake: learnt-weights
#| name: squared
#| help:
#|   en: "A weight that is off by 0.1 is a tenth away from the true one. What does your function say of it?"
#|   ru: "Вес, который отличается на 0.1, лежит в одной десятой от настоящего. А что о нём говорит ваша функция?"
def off_by(learnt, true):
    return (learnt.detach()[0] - true) ** 2

# %%
#| mistake: learnt-weights
#| name: as-a-share
#| help:
#|   en: "Suppose that all true weights were ten times as large and the learnt ones off by as much as now. Would your result be the same?"
#|   ru: "Пусть все настоящие веса в десять раз больше, а выученные отличаются от них на столько же, на сколько сейчас. Изменится ли ваш результат?"
def off_by(learnt, true):
    return (learnt.detach()[0] - true).abs() / true.abs()

# %%
#| mistake: learnt-weights
#| name: the-mean-of-all
#| help:
#|   en: "How many weights does the layer have, and how many numbers do you return?"
#|   ru: "Сколько весов у слоя и сколько чисел возвращает ваша функция?"
def off_by(learnt, true):
    return (learnt.detach()[0] - true).abs().mean()

# %%
#| mistake: learnt-weights
#| name: a-row
#| help:
#|   en: "Print the shape of what you return. Is it a vector?"
#|   ru: "Выведите форму того, что возвращает функция. Это вектор?"
def off_by(learnt, true):
    return (learnt.detach() - true).abs()

# %%
#| mistake: learnt-weights
#| name: still-recorded
#| help:
#|   en: "Your numbers are right. Print the result: what else does it carry, and from where?"
#|   ru: "Числа верны. Выведите результат: что ещё он за собой тянет и откуда?"
def off_by(learnt, true):
    return (learnt[0] - true).abs()

# %%
#| alternative: learnt-weights
#| name: under-no-grad
def off_by(learnt, true):
    with torch.no_grad():
        return torch.abs(true - learnt.reshape(-1))

# %%
#| alternative: learnt-weights
#| name: the-larger-of-two
def off_by(learnt, true):
    difference = learnt.squeeze(0).detach() - true
    return torch.maximum(difference, -difference)

# %% [markdown] lang="en"
# ## {two-layers}
#
# Last, a real network: five features go through a layer with three outputs, then through the
# activation $\mathrm{ReLU}(z) = \max(0, z)$, then through a layer with one output:
# `output(activation(hidden(x5)))`. Without the activation the two layers would be one linear layer in
# disguise.
#
# There are four tensors to change now: a weight and a bias in each layer. `backward()` finds the
# gradients of all four at once; that is what it is for. Train for 2000 steps of `5e-4` and keep the
# losses in `network_losses`.
#
# *Checked:* `network_losses`, the weights of both trained layers, and the error that your network
# really has.

# %% [markdown] lang="ru"
# ## {two-layers}
#
# Напоследок — настоящая сеть: пять признаков проходят через слой с тремя выходами, затем через
# функцию активации $\mathrm{ReLU}(z) = \max(0, z)$, затем через слой с одним выходом:
# `output(activation(hidden(x5)))`. Без активации эти два слоя были бы одним линейным слоем, только
# замаскированным.
#
# Менять теперь нужно четыре тензора: веса и сдвиг каждого слоя. `backward()` находит градиенты
# всех четырёх сразу, ради этого он и нужен. Обучите сеть за 2000 шагов размера `5e-4` и соберите
# значения функции потерь в `network_losses`.
#
# *Проверяется:* `network_losses`, веса обоих обученных слоёв и ошибка, которую ваша сеть даёт на
# самом деле.

# %%
#| exercise: two-layers
#| title:
#|   en: Two layers with ReLU
#|   ru: Два слоя с ReLU
#| points: 4
#| limit: 40
#| checks:
#|   - hidden.weight
#|   - output.weight
#|   - network_losses
#|   - recompute: |
#|       torch.mean((torch.relu(x5 @ hidden["weight"].T + hidden["bias"])
#|                   @ output["weight"].reshape(-1) + output["bias"] - y5) ** 2)
#|     title:
#|       en: The error that your network really has
#|       ru: Ошибка, которую на самом деле даёт ваша сеть
#|     of: hidden, output
#|     compare: at_most
#|     margin: 0.01
#| properties:
#|   - property: network_losses[-1] < network_losses[0]
#|     title:
#|       en: The loss has fallen
#|       ru: Функция потерь уменьшилась
#| forbid:
#|   - torch.optim
#| blank: |
#|   network_losses = ...  # YOUR CODE HERE
x5, y5, _, hidden, output = five_features()
n_steps = 2000
step_size = 5e-4
activation = nn.ReLU()
### BEGIN SOLUTION
network_losses = []
for i in range(n_steps):
    loss = torch.mean((output(activation(hidden(x5))).ravel() - y5) ** 2)
    network_losses.append(loss.item())
    if i % 250 == 0:
        print(f"step {i + 1}: {loss.item():.5f}")
    loss.backward()
    with torch.no_grad():
        for layer_of_two in (hidden, output):
            layer_of_two.weight -= step_size * layer_of_two.weight.grad
            layer_of_two.bias -= step_size * layer_of_two.bias.grad
    hidden.zero_grad()
    output.zero_grad()
### END SOLUTION

# %%
#| mistake: two-layers
#| name: no-activation
#| help:
#|   en: "However long you train it, your network remains a linear model. What stands between its two layers?"
#|   ru: "Сколько ни обучайте вашу сеть, она останется линейной моделью. Что стоит между двумя её слоями?"
network_losses = []
for _ in range(n_steps):
    loss = torch.mean((output(hidden(x5)).ravel() - y5) ** 2)
    network_losses.append(loss.item())
    loss.backward()
    with torch.no_grad():
        for layer_of_two in (hidden, output):
            layer_of_two.weight -= step_size * layer_of_two.weight.grad
            layer_of_two.bias -= step_size * layer_of_two.bias.grad
    hidden.zero_grad()
    output.zero_grad()

# %%
#| mistake: two-layers
#| name: activation-at-the-end-too
#| help:
#|   en: "Many targets are negative. Can your network predict a negative number at all?"
#|   ru: "Среди целевых значений много отрицательных. Может ли ваша сеть вообще предсказать отрицательное число?"
network_losses = []
for _ in range(n_steps):
    loss = torch.mean((activation(output(activation(hidden(x5)))).ravel() - y5) ** 2)
    network_losses.append(loss.item())
    loss.backward()
    with torch.no_grad():
        for layer_of_two in (hidden, output):
            layer_of_two.weight -= step_size * layer_of_two.weight.grad
            layer_of_two.bias -= step_size * layer_of_two.bias.grad
    hidden.zero_grad()
    output.zero_grad()

# %%
#| mistake: two-layers
#| name: only-the-output-layer
#| help:
#|   en: "Four tensors are learnt: the weights and the bias of both layers. How many of them do your steps change?"
#|   ru: "Обучаются четыре тензора: веса и смещение каждого из двух слоёв. Сколько из них меняется на каждом вашем шаге?"
network_losses = []
for _ in range(n_steps):
    loss = torch.mean((output(activation(hidden(x5))).ravel() - y5) ** 2)
    network_losses.append(loss.item())
    loss.backward()
    with torch.no_grad():
        output.weight -= step_size * output.weight.grad
        output.bias -= step_size * output.bias.grad
    output.zero_grad()

# %%
#| mistake: two-layers
#| name: only-the-hidden-layer
#| help:
#|   en: "Compare both layers with the ones that you were given. Have both learned something?"
#|   ru: "Сравните оба слоя с теми, что были даны вначале. Оба ли чему-то научились?"
network_losses = []
for _ in range(n_steps):
    loss = torch.mean((output(activation(hidden(x5))).ravel() - y5) ** 2)
    network_losses.append(loss.item())
    loss.backward()
    with torch.no_grad():
        hidden.weight -= step_size * hidden.weight.grad
        hidden.bias -= step_size * hidden.bias.grad
    hidden.zero_grad()

# %%
#| mistake: two-layers
#| name: biases-left-alone
#| help:
#|   en: "Each layer has more than one tensor to learn. Go through everything that `backward()` found a gradient for: does each of them take its step?"
#|   ru: "В каждом слое обучается не один тензор. Переберите всё, для чего `backward()` нашёл градиент: каждый ли из этих тензоров делает свой шаг?"
network_losses = []
for _ in range(n_steps):
    loss = torch.mean((output(activation(hidden(x5))).ravel() - y5) ** 2)
    network_losses.append(loss.item())
    loss.backward()
    with torch.no_grad():
        for layer_of_two in (hidden, output):
            layer_of_two.weight -= step_size * layer_of_two.weight.grad
    hidden.zero_grad()
    output.zero_grad()

# %%
#| mistake: two-layers
#| name: loss-after-step
#| help:
#|   en: "Both layers are right in the end, but the list of losses is shifted by one step. Which weights should the first loss belong to?"
#|   ru: "В итоге оба слоя верны, но список значений функции потерь сдвинут на шаг. К каким весам должно относиться первое из них?"
network_losses = []
for _ in range(n_steps):
    loss = torch.mean((output(activation(hidden(x5))).ravel() - y5) ** 2)
    loss.backward()
    with torch.no_grad():
        for layer_of_two in (hidden, output):
            layer_of_two.weight -= step_size * layer_of_two.weight.grad
            layer_of_two.bias -= step_size * layer_of_two.bias.grad
        network_losses.append(torch.mean((output(activation(hidden(x5))).ravel() - y5) ** 2).item())
    hidden.zero_grad()
    output.zero_grad()

# %%
#| mistake: two-layers
#| name: column-minus-row
#| help:
#|   en: "The network predicts nearly the same for every object. Print the shapes of its output and of the target before you subtract one from the other."
#|   ru: "Сеть предсказывает для всех объектов почти одно и то же. Выведите формы её выхода и целевой переменной, прежде чем вычитать одно из другого."
network_losses = []
for _ in range(n_steps):
    loss = torch.mean((output(activation(hidden(x5))) - y5) ** 2)
    network_losses.append(loss.item())
    loss.backward()
    with torch.no_grad():
        for layer_of_two in (hidden, output):
            layer_of_two.weight -= step_size * layer_of_two.weight.grad
            layer_of_two.bias -= step_size * layer_of_two.bias.grad
    hidden.zero_grad()
    output.zero_grad()

# %%
#| alternative: two-layers
#| name: sequential
network = nn.Sequential(hidden, activation, output)
network_losses = []
for _ in range(n_steps):
    loss = nn.functional.mse_loss(network(x5), y5.reshape(-1, 1))
    loss.backward()
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.sub_(step_size * parameter.grad)
            parameter.grad = None
    network_losses.append(loss.item())

# %%
#| alternative: two-layers
#| name: autograd-grad
parameters = [hidden.weight, hidden.bias, output.weight, output.bias]
network_losses = []
for _ in range(n_steps):
    error = y5 - output(hidden(x5).clamp(min=0)).squeeze(1)
    loss = (error * error).sum() / len(error)
    gradients = torch.autograd.grad(loss, parameters)
    with torch.no_grad():
        for parameter, gradient in zip(parameters, gradients, strict=True):
            parameter.sub_(gradient, alpha=step_size)
    network_losses.append(loss.item())

# %%
#| alternative: two-layers
#| name: gradient-by-formula
network_losses = []
with torch.no_grad():
    for _ in range(n_steps):
        inner = x5 @ hidden.weight.T + hidden.bias
        active = activation(inner)
        error = active @ output.weight[0] + output.bias - y5
        network_losses.append((error @ error / len(error)).item())
        slope = 2 * error / len(error)
        inner_slope = slope.unsqueeze(1) * output.weight * (inner > 0)
        output.weight -= step_size * (slope @ active)
        output.bias -= step_size * slope.sum()
        hidden.weight -= step_size * (inner_slope.T @ x5)
        hidden.bias -= step_size * inner_slope.sum(dim=0)

# %% [markdown] lang="en"
# ## What you have now
#
# One loop, four models. The loss, `backward()`, the step, empty gradients: that is what every training
# script does, however large the network. An optimizer only packs the step into a method, and cleverer
# ones choose the step size for each weight, which is what the wide features asked for.

# %% [markdown] lang="ru"
# ## Что в итоге
#
# Один цикл и четыре модели. Функция потерь, `backward()`, шаг, сброс градиентов — так устроено
# любое обучение, какой бы большой ни была сеть. Оптимизатор всего лишь прячет шаг в метод, а те,
# что похитрее, ещё и подбирают размер шага для каждого веса отдельно. Именно этого нам и не
# хватало, когда у признаков был такой разный разброс.
