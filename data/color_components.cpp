// SPDX-License-Identifier: Apache-2.0
// Jacobi's method for the eigenvalues of a symmetric matrix (Golub and Van Loan, Matrix
// Computations, 4th edition, section 8.5).
#include "picture_sums.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace fovea::detail {

namespace {

using Matrix3 = std::array<std::array<double, 3>, 3>;

// Turns axes p and q of `a` so that a[p][q] becomes zero; the columns of `axes` turn with them.
void rotate(Matrix3& a, Matrix3& axes, size_t p, size_t q) {
  if (a[p][q] == 0) return;
  const double theta = (a[q][q] - a[p][p]) / (2 * a[p][q]);
  const double t = (theta < 0 ? -1 : 1) / (std::abs(theta) + std::sqrt(theta * theta + 1));
  const double c = 1 / std::sqrt(t * t + 1), s = t * c;
  const auto turn = [c, s](double& x, double& y) {
    const double before = x;
    x = c * before - s * y;
    y = s * before + c * y;
  };
  for (size_t k = 0; k < 3; k++) turn(a[k][p], a[k][q]);
  for (size_t k = 0; k < 3; k++) turn(a[p][k], a[q][k]);
  for (size_t k = 0; k < 3; k++) turn(axes[k][p], axes[k][q]);
  a[p][q] = a[q][p] = 0;
}

bool is_diagonal(const Matrix3& a) {
  const double off = std::abs(a[0][1]) + std::abs(a[0][2]) + std::abs(a[1][2]);
  return off <= 0x1p-60 * (std::abs(a[0][0]) + std::abs(a[1][1]) + std::abs(a[2][2]));
}

void fix_sign(std::array<double, 3>& vector) {
  const auto largest = std::max_element(
      vector.begin(), vector.end(), [](double a, double b) { return std::abs(a) < std::abs(b); });
  if (*largest >= 0) return;
  for (double& v : vector) v = -v;
}

}  // namespace

ColorComponents principal_components(const Matrix3& covariance) {
  constexpr int kMaxSweeps = 50;  // five do for doubles
  Matrix3 a = covariance, axes{{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}};
  for (int sweep = 0; sweep < kMaxSweeps && !is_diagonal(a); sweep++) {
    rotate(a, axes, 0, 1);
    rotate(a, axes, 0, 2);
    rotate(a, axes, 1, 2);
  }
  std::array<size_t, 3> order{0, 1, 2};
  std::stable_sort(order.begin(), order.end(),
                   [&](size_t i, size_t j) { return a[i][i] > a[j][j]; });
  ColorComponents result;
  for (size_t i = 0; i < 3; i++) {
    const size_t k = order[i];
    result.eigval[i] = a[k][k];
    result.eigvec[i] = {axes[0][k], axes[1][k], axes[2][k]};
    fix_sign(result.eigvec[i]);
  }
  return result;
}

}  // namespace fovea::detail
