// SPDX-License-Identifier: Apache-2.0
#include <fovea/core/error.h>
#include <fovea/kernels/window2d.h>

#include <catch2/catch.hpp>

using fovea::Extent2d;
using fovea::Rounding;
using fovea::Window2d;

namespace {

Extent2d output(Window2d window, Extent2d input) { return window.output("op", input); }

}  // namespace

TEST_CASE("windows of AlexNet") {
  CHECK(output({{11, 11}, {4, 4}, {}, {}}, {227, 227}) == Extent2d{55, 55});
  CHECK(output({{11, 11}, {4, 4}, {}, {0, 0, 3, 3}}, {224, 224}) == Extent2d{55, 55});
  CHECK(output({{11, 11}, {4, 4}, {}, {2, 2, 2, 2}}, {224, 224}) == Extent2d{55, 55});
  CHECK(output({{3, 3}, {2, 2}, {}, {}}, {55, 55}) == Extent2d{27, 27});
}

TEST_CASE("each axis has its own kernel, stride, dilation and padding") {
  CHECK(output({{3, 2}, {2, 3}, {2, 4}, {1, 0, 2, 3}}, {10, 11}) == Extent2d{5, 4});
}

TEST_CASE("ceil keeps a last window that starts inside the input or the padding before it") {
  CHECK(output({{2, 2}, {2, 2}, {}, {}, Rounding::floor}, {5, 5}) == Extent2d{2, 2});
  CHECK(output({{2, 2}, {2, 2}, {}, {}, Rounding::ceil}, {5, 5}) == Extent2d{3, 3});
  // A fourth window would start at 6 - 1 = 5, past the 5 pixels: PyTorch's rule drops it.
  CHECK(output({{2, 2}, {2, 2}, {}, {1, 1, 1, 1}, Rounding::ceil}, {5, 5}) == Extent2d{3, 3});
  CHECK(output({{1, 1}, {3, 3}, {}, {0, 0, 2, 2}, Rounding::ceil}, {4, 4}) == Extent2d{2, 2});
}

TEST_CASE("windows that cannot be are refused") {
  CHECK_THROWS_WITH(
      output({{3, 3}, {}, {4, 4}, {1, 0, 1, 0}}, {7, 7}),
      "op: a window of 9x9 pixels does not fit into the input of 7x7 (9x7 with padding); use a "
      "smaller kernel or dilation, or more padding");
  CHECK_THROWS_WITH(output({{0, 1}, {}, {}, {}}, {7, 7}), Catch::Contains("kernel is 0x1"));
  CHECK_THROWS_WITH(output({{1, 1}, {-1, 1}, {}, {}}, {7, 7}), Catch::Contains("stride is -1x1"));
  CHECK_THROWS_WITH(output({{1, 1}, {}, {1, 0}, {}}, {7, 7}), Catch::Contains("dilation is 1x0"));
  CHECK_THROWS_WITH(output({{1, 1}, {}, {}, {0, -1, 0, 0}}, {7, 7}),
                    Catch::Contains("padding is [0,-1,0,0]"));
  CHECK_THROWS_AS(output({{1, 1}, {int64_t{1} << 62, 1}, {}, {}}, {7, 7}), fovea::ArgumentError);
  CHECK_THROWS_AS(output({{1, 1}, {}, {}, {int64_t{1} << 62, 0, 0, 0}}, {7, 7}),
                  fovea::ArgumentError);
}
