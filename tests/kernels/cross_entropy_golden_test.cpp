// SPDX-License-Identifier: Apache-2.0
// Cross-entropy with class weights against PyTorch (tests/golden/make_cross_entropy.py).
#include <fovea/core/io/safetensors.h>
#include <fovea/kernels/elementwise.h>
#include <fovea/kernels/softmax.h>

#include <catch2/catch.hpp>

#include <cmath>

using namespace fovea;

namespace {

void check_near(const Tensor& got, const Tensor& wanted) {
  REQUIRE(got.shape() == wanted.shape());
  for (int64_t i = 0; i < got.elements(); i++) {
    CAPTURE(i);
    CHECK(std::abs(got.data<float>()[i] - wanted.data<float>()[i]) <=
          2e-6f * (1 + std::abs(wanted.data<float>()[i])));
  }
}

}  // namespace

TEST_CASE("cross-entropy with class weights equals PyTorch's") {
  const SafetensorsFile golden(FOVEA_GOLDEN_CROSS_ENTROPY);
  Context ctx({.threads = 1});
  const Tensor z = golden.read("z"), labels = golden.read("labels");
  for (const std::string smoothing : {"0.0", "0.1"}) {
    const CrossEntropyParams params{.label_smoothing = std::stof(smoothing),
                                    .class_weights = golden.read("weights")};
    Tensor losses(labels.shape()), dz(z.shape());
    softmax_cross_entropy(ctx, params, z, labels, losses, dz);
    check_near(losses, golden.read("losses/" + smoothing));
    check_near(dz, golden.read("dz/" + smoothing));
    const float mean = sum(ctx, losses) / loss_divisor(params, labels);
    CHECK(mean == Approx(golden.read("mean/" + smoothing).data<float>()[0]).epsilon(1e-6));
  }
}
