// SPDX-License-Identifier: Apache-2.0
// A tiled kernel of real size in all modes: double buffering, barriers, vector loads.
#include "kernels/convolution.cuh"

#include "device_buffer.h"

#include <cmath>

namespace {

std::vector<float> numbers(std::size_t count, unsigned seed) {
  std::vector<float> values(count);
  for (float& value : values) {
    seed = seed * 1664525u + 1013904223u;
    value = float(int(seed >> 24) - 128) / 64.0f;
  }
  return values;
}

double reference(const std::vector<float>& x, const std::vector<float>& f, const Convolution& s,
                 int n, int k, int row, int column) {
  double sum = 0;
  for (int c = 0; c < s.c; ++c) {
    for (int i = 0; i < s.r; ++i) {
      for (int j = 0; j < s.r; ++j) {
        const int y = row + i - s.padding, z = column + j - s.padding;
        if (y < 0 || y >= s.h || z < 0 || z >= s.w) continue;
        sum += double(x[std::size_t(((n * s.c + c) * s.h + y) * s.w + z)]) *
               f[std::size_t(((k * s.c + c) * s.r + i) * s.r + j)];
      }
    }
  }
  return sum;
}

}  // namespace

TEST_CASE("convolution as a matrix product") {
  const TestStream stream;
  for (const Convolution s :
       {Convolution{2, 3, 9, 7, 5, 3, 1}, Convolution{1, 4, 13, 13, 70, 5, 2}}) {
    const auto x = numbers(std::size_t(s.n * s.c * s.h * s.w), 1),
               f = numbers(std::size_t(s.k * s.c * s.r * s.r), 2);
    const DeviceBuffer<float> device_x(x), device_f(f),
        device_y(std::size_t(s.n * s.k * s.out_h() * s.out_w()));
    REQUIRE_CUDA(convolve(device_x.get(), device_f.get(), device_y.get(), s, stream));
    stream.synchronize();
    const std::vector<float> y = device_y.download();
    double worst = 0;
    for (std::size_t i = 0; i < y.size(); ++i) {
      const int column = int(i) % s.out_w(), row = int(i) / s.out_w() % s.out_h(),
                k = int(i) / (s.out_w() * s.out_h()) % s.k;
      const int n = int(i) / (s.out_w() * s.out_h() * s.k);
      worst = std::fmax(worst, std::fabs(y[i] - reference(x, f, s, n, k, row, column)));
    }
    CHECK(worst < 1e-4);
  }
}
