// SPDX-License-Identifier: Apache-2.0
// Results of many megabytes are written past the caches: with the bits of small ones.
#include "cpu/streaming.h"

#include "support/compare.h"
#include "support/random_tensor.h"
#include "support/settings.h"

#include <fovea/kernels/lrn.h>
#include <fovea/kernels/pool2d.h>

#include <catch2/catch.hpp>

#include <algorithm>

namespace fovea {
namespace {

using test::random_tensor;

TEST_CASE("a batch that is streamed has the bits of its samples") {
  const Shape shape{4, 64, 64, 128};
  const LrnParams lrn{.size = 5, .alpha = 0.5f, .k = 2};
  const Pool2dParams pool{.kernel = {3, 3}, .stride = {2, 2}};
  const Shape pooled = pool2d_output_shape("test", pool, shape);
  const Tensor x = random_tensor(shape, 1, 3), dy = random_tensor(shape, 2), none;
  const Tensor dpooled = random_tensor(pooled, 3);
  for (const std::string& name : test::exact_simd_targets()) {
    const test::SimdLimit limit(name);
    Context ctx({.threads = 3});
    Tensor y(shape), dx(shape), out(pooled), argmax(pooled, DType::u8), dpool(shape), fused(shape);
    REQUIRE(cpu::worth_streaming(y, 128));
    lrn_forward(ctx, lrn, x, y);
    lrn_backward(ctx, lrn, x, dy, x, dx);
    max_pool2d_forward(ctx, pool, x, out, argmax);
    max_pool2d_backward(ctx, pool, argmax, dpooled, x, dpool);
    lrn_max_pool2d_backward(ctx, lrn, pool, x, argmax, dpooled, x, fused);
    for (int64_t n = 0; n < 4; n++) {
      CAPTURE(name, n);
      const Tensor xs = x.rows(n, n + 1), dys = dpooled.rows(n, n + 1);
      Tensor got(shape.with_batch(1)), places = argmax.rows(n, n + 1);
      REQUIRE(!cpu::worth_streaming(got, 128));
      lrn_forward(ctx, lrn, xs, got);
      CHECK(test::bits_differ(y.rows(n, n + 1), got) == "");
      lrn_backward(ctx, lrn, xs, dy.rows(n, n + 1), xs, got);
      CHECK(test::bits_differ(dx.rows(n, n + 1), got) == "");
      max_pool2d_backward(ctx, pool, places, dys, xs, got);
      CHECK(test::bits_differ(dpool.rows(n, n + 1), got) == "");
      lrn_max_pool2d_backward(ctx, lrn, pool, xs, places, dys, xs, got);
      CHECK(test::bits_differ(fused.rows(n, n + 1), got) == "");
    }
  }
}

TEST_CASE("pooled results that are streamed have the bits of their samples") {
  const Shape shape{4, 64, 64, 128};
  const LrnParams lrn{.size = 5, .alpha = 0.5f, .k = 2};
  const Pool2dParams pool{.kernel = {3, 3}, .stride = {1, 1}, .padding = {1, 1, 1, 1}};
  const Tensor x = random_tensor(shape, 1, 3);
  for (const std::string& name : test::exact_simd_targets()) {
    const test::SimdLimit limit(name);
    Context ctx({.threads = 3});
    Tensor y(shape), argmax(shape, DType::u8), fused(shape), fused_argmax(shape, DType::u8);
    REQUIRE(cpu::worth_streaming(y, 128));
    max_pool2d_forward(ctx, pool, x, y, argmax);
    lrn_max_pool2d_forward(ctx, lrn, pool, x, fused, fused_argmax);
    for (int64_t n = 0; n < 4; n++) {
      CAPTURE(name, n);
      Tensor got(shape.with_batch(1)), places(got.shape(), DType::u8);
      max_pool2d_forward(ctx, pool, x.rows(n, n + 1), got, places);
      CHECK(test::bits_differ(y.rows(n, n + 1), got) == "");
      CHECK(std::ranges::equal(argmax.rows(n, n + 1).span<uint8_t>(), places.span<uint8_t>()));
      lrn_max_pool2d_forward(ctx, lrn, pool, x.rows(n, n + 1), got, places);
      CHECK(test::bits_differ(fused.rows(n, n + 1), got) == "");
      CHECK(
          std::ranges::equal(fused_argmax.rows(n, n + 1).span<uint8_t>(), places.span<uint8_t>()));
    }
  }
}

}  // namespace
}  // namespace fovea
