// SPDX-License-Identifier: Apache-2.0
// Convolution on a GPU against the double reference, integers at tolerance 0, on shapes that take
// too long for every test run: `make cuda-shapes`.
#include "kernels/alexnet_cases.h"
#include "kernels/any_conv_case.h"

#include <iostream>

using cases::ConvCase;
using fovea::Context;

namespace {

fovea::ContextOptions gpu() { return {.device = fovea::Device::cuda(), .threads = 1}; }

void check(const std::vector<ConvCase>& layers) {
  Context ctx(gpu());
  for (const ConvCase& c : layers) {
    INFO(c.name());
    std::cout << c.name() << std::endl;
    CHECK(cases::integer_difference(ctx, c) == "");
  }
}

}  // namespace

TEST_CASE("every convolution of the paper's AlexNet in full size") {
  check(cases::alexnet_of_the_paper(GENERATE(1, 2)));
}

TEST_CASE("every convolution of torchvision's AlexNet in full size") {
  check(cases::alexnet_of_torchvision(GENERATE(1, 2)));
}

TEST_CASE("convolutions of any shape") {
  Context ctx(gpu());
  CHECK(rc::check("on integers", [&] {
    const ConvCase c = cases::any_conv_case();
    RC_LOG() << c.name() << '\n';
    RC_ASSERT(cases::integer_difference(ctx, c) == "");
  }));
}
