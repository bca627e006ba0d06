// SPDX-License-Identifier: Apache-2.0
#include "reference/sgd.h"

#include "reference/cast.h"
#include "support/compare.h"
#include "support/error_message.h"
#include "support/random_tensor.h"
#include "support/settings.h"

#include <fovea/core/error.h>
#include <fovea/kernels/sgd.h>

#include <catch2/catch.hpp>

#include <cfloat>
#include <limits>

namespace fovea {
namespace {

using reference::Array;
using test::random_tensor;

TEST_CASE("sgd_update follows the specified arithmetic bit for bit") {
  for (const SgdForm form : {SgdForm::paper, SgdForm::pytorch}) {
    for (const int64_t n : {1, 3, 17, 100003}) {
      const Tensor w0 = random_tensor({n}, 1), v0 = random_tensor({n}, 2, 0.1f);
      auto w = Array<float>::from(w0), v = Array<float>::from(v0);
      auto w_double = Array<double>::from(w0), v_double = Array<double>::from(v0);
      const SgdParams steps[] = {{0.1f, 0.9f, 5e-4f, form}, {0.01f, 0.9f, 5e-4f, form}};
      const Tensor g[] = {random_tensor({n}, 3), random_tensor({n}, 4)};
      for (int i = 0; i < 2; i++) {
        reference::sgd_update(steps[i], Array<float>::from(g[i]), v, w);
        reference::sgd_update(steps[i], Array<double>::from(g[i]), v_double, w_double);
      }
      test::for_each_setting([&](Context& ctx) {
        Tensor w_got = test::to_device(ctx, w0), v_got = test::to_device(ctx, v0);
        for (int i = 0; i < 2; i++)
          sgd_update(ctx, steps[i], test::to_device(ctx, g[i]), v_got, w_got);
        CAPTURE(n, static_cast<int>(form));
        CHECK(test::bits_differ(w_got, w) == "");
        CHECK(test::bits_differ(v_got, v) == "");
        CHECK(test::values_differ(w_got, w_double, 1e-6, 1e-7) == "");
        CHECK(test::values_differ(v_got, v_double, 1e-6, 1e-7) == "");
      });
    }
  }
}

TEST_CASE("sgd_update sets tiny velocities to zero and lets NaN through") {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  test::for_each_device([nan](Context& ctx) {
    const Tensor g = Tensor::from<float>({4}, {0, 0, 0, nan}).to(ctx.device());
    const Tensor v0 = Tensor::from<float>({4}, {FLT_MIN, -2 * FLT_MIN, 1e-30f, 0});
    Tensor v = test::to_device(ctx, v0);
    Tensor w = test::to_device(ctx, Tensor::from<float>({4}, {1, 1, 1, 1}));
    sgd_update(ctx, {.lr = 0.1f, .momentum = 0.75f}, g, v, w);
    const auto velocities = Array<float>::from(v);
    CHECK(velocities[0] == 0);
    CHECK(velocities[1] == -1.5f * FLT_MIN);
    CHECK(velocities[2] == 0.75f * 1e-30f);
    CHECK(std::isnan(Array<float>::from(w)[3]));
  });
}

TEST_CASE("sgd_update touches nothing beside its tensors") {
  const Tensor w0 = random_tensor({64}, 1), v0 = random_tensor({64}, 2);
  test::for_each_device([&](Context& ctx) {
    const Tensor g = random_tensor({64}, 3).to(ctx.device());
    const Tensor w = test::to_device(ctx, w0), v = test::to_device(ctx, v0);
    Tensor w_view = w.rows(7, 40), v_view = v.rows(7, 40);
    sgd_update(ctx, {}, g.rows(7, 40), v_view, w_view);
    const auto w_after = Array<float>::from(w), v_after = Array<float>::from(v);
    for (int64_t i = 0; i < 64; i++) {
      const bool inside = i >= 7 && i < 40;
      CHECK((w_after[i] != w0.data<float>()[i]) == inside);
      CHECK((v_after[i] != v0.data<float>()[i]) == inside);
    }
  });
}

TEST_CASE("sgd_update moves nothing while halted") {
  const Tensor w0 = random_tensor({33}, 1), v0 = random_tensor({33}, 2);
  test::for_each_device([&](Context& ctx) {
    const Tensor g = random_tensor({33}, 3).to(ctx.device());
    for (const int32_t halted : {1, 0}) {
      Tensor w = test::to_device(ctx, w0), v = test::to_device(ctx, v0);
      const Tensor flag = Tensor::from<int32_t>({1}, {halted}).to(ctx.device());
      sgd_update(ctx, {.halted = flag}, g, v, w);
      CHECK((test::bits_differ(w, w0) == "") == (halted != 0));
      CHECK((test::bits_differ(v, v0) == "") == (halted != 0));
    }
  });
}

TEST_CASE("sgd_update rounds the new weights to bf16 in the same pass") {
  for (const int64_t n : {1, 33, 70001}) {
    const Tensor w0 = random_tensor({n + 3}, 1), v0 = random_tensor({n + 3}, 2);
    test::for_each_device([&](Context& ctx) {
      for (const int64_t first : {0, 3}) {  // aligned and not
        Tensor w = test::to_device(ctx, w0).rows(first, first + n), alone = w.clone();
        Tensor v = test::to_device(ctx, v0).rows(first, first + n), v_alone = v.clone();
        const Tensor g = random_tensor({n}, 3).to(ctx.device());
        const Tensor all({n + 4}, DType::bf16, ctx.device());
        SgdParams params{.lr = 0.1f};
        sgd_update(ctx, params, g, v_alone, alone);
        params.rounded = all.rows(first, first + n);
        sgd_update(ctx, params, g, v, w);
        CHECK(test::bits_differ(w, test::to_host(alone)) == "");
        const Tensor want = test::to_host(w), got = test::to_host(all);
        int64_t wrong = 0;
        for (int64_t i = 0; i < n + 4; i++) {
          const bool inside = i >= first && i < first + n;
          const uint16_t bits = inside ? reference::nearest_bf16(want.data<float>()[i - first]) : 0;
          wrong += got.data<BFloat16>()[i].bits != bits;
        }
        CHECK(wrong == 0);
      }
    });
  }
}

TEST_CASE("sgd_update names what does not fit") {
  Context ctx({.threads = 1});
  Tensor g({3}), v({4}), w({3});
  CHECK(test::error_message<ArgumentError>([&] { sgd_update(ctx, {}, g, v, w); }) ==
        "sgd_update: v has shape [4]; it must have shape [3]");
  Tensor integers({3}, DType::i32);
  CHECK(test::error_message<ArgumentError>([&] { sgd_update(ctx, {}, g, integers, w); }) ==
        "sgd_update: v holds i32; it must hold f32");
  Tensor none;
  CHECK(test::error_message<ArgumentError>([&] { sgd_update(ctx, {}, g, none, w); }) ==
        "sgd_update: v is empty; pass a tensor of f32");
  CHECK(test::error_message<ArgumentError>([&] {
          sgd_update(ctx, {.lr = std::numeric_limits<float>::infinity()}, g, g, w);
        }).find("finite") != std::string::npos);
  CHECK(test::error_message<ArgumentError>([&] {
          sgd_update(ctx, {.rounded = Tensor({3})}, g, g, w);
        }) == "sgd_update: rounded holds f32; it must hold bf16");
}

}  // namespace
}  // namespace fovea
