# SPDX-License-Identifier: Apache-2.0
# Reads "row round product limit" lines of rates, and BARS, the table in scripts/bench: what each row is, the kind of
# its ratio (rate: product / limit; time: limit / product, which is the same in time; above: how many milliseconds the
# product takes more) and its bar. Exit status 1 when one is missed.

function sort(list, n,    i, j, value) {
  for (i = 2; i <= n; i++) {
    value = list[i]
    for (j = i - 1; j >= 1 && list[j] > value; j--) list[j + 1] = list[j]
    list[j + 1] = value
  }
}
function median(list, n) { sort(list, n); return n % 2 ? list[(n + 1) / 2] : (list[n / 2] + list[n / 2 + 1]) / 2 }

{
  n = ++rounds[$1]
  if (n == 1) order[++rows] = $1
  product[$1, n] = $3
  limit[$1, n] = $4
}

END {
  bars = split(BARS, lines, "\n")
  for (i = 1; i <= bars; i++) {
    split(lines[i], field, "|")
    kind[field[1]] = field[2]; bar[field[1]] = field[3]; title[field[1]] = field[4]
  }
  printf "%-66s %9s %9s  %6s  %-13s %s\n", "", "product/s", "limit/s", "ratio", "(min-max)", "bar"
  for (i = 1; i <= rows; i++) {
    row = order[i]
    n = rounds[row]
    for (j = 1; j <= n; j++) {
      p[j] = product[row, j]; l[j] = limit[row, j]
      if (kind[row] == "above") ratio[j] = 1000 / p[j] - 1000 / l[j]
      else ratio[j] = kind[row] == "time" ? l[j] / p[j] : p[j] / l[j]
    }
    middle = median(ratio, n)
    if (bar[row] == "-") verdict = "no bar"
    else {
      good = kind[row] == "rate" ? middle >= bar[row] : middle <= bar[row]
      verdict = (kind[row] == "rate" ? ">= " : "<= ") bar[row] (good ? "  pass" : "  MISS")
      missed += !good
    }
    printf "%-66s %9.0f %9.0f  %6.2f  %-13s %s\n", title[row], median(p, n), median(l, n), middle, \
      sprintf("(%.2f-%.2f)", ratio[1], ratio[n]), verdict
  }
  exit missed > 0
}
