// SPDX-License-Identifier: Apache-2.0
// Linear layers through a cuBLAS that is opened at run time, as on real GPUs. One test case: which
// library is used is settled once in a process.
#include "cuda/cublas/library.h"
#include "kernels/linear_cases.h"
#include "support/environment.h"

#include <fovea/core/error.h>

#include <catch2/catch.hpp>
#include <dlfcn.h>

using fovea::Context;
using fovea::DeviceError;
using fovea::cuda::cublas_library;
using fovea::test::EnvironmentSetting;

namespace {

int products() {
  void* library = dlopen(FOVEA_FAKE_CUBLAS, RTLD_NOW | RTLD_NOLOAD);
  REQUIRE(library != nullptr);
  return reinterpret_cast<int (*)()>(dlsym(library, "fake_cublas_products"))();
}

}  // namespace

TEST_CASE("linear layers by a cuBLAS that is opened equal the double reference") {
  {
    const EnvironmentSetting absent("FOVEA_CUBLAS", "/nowhere/libcublas.so");
    CHECK_THROWS_WITH(cublas_library(), Catch::StartsWith("FOVEA_CUBLAS: cannot open /nowhere/"));
  }
  {
    const EnvironmentSetting other("FOVEA_CUBLAS", "libm.so.6");
    CHECK_THROWS_WITH(cublas_library(),
                      "libm.so.6 has no cublasCreate_v2; set FOVEA_CUBLAS to "
                      "another cuBLAS, or to none");
  }
  {
    const EnvironmentSetting fake("FOVEA_CUBLAS", FOVEA_FAKE_CUBLAS);
    REQUIRE(cublas_library() != nullptr);
  }
  Context ctx({.device = fovea::Device::cuda(), .threads = 1, .numerics = fovea::Numerics::fast});
  int before = products();
  for (const bool relu : {false, true}) {
    for (const cases::LinearExtents& e : cases::kLinearExtents) {
      INFO(e[0] << " x " << e[1] << " -> " << e[2]);
      CHECK(cases::integer_difference(ctx, e, relu) == "");
      CHECK(products() - before == 4);  // forward, two data gradients, weight gradient
      before = products();
    }
  }
  {
    const EnvironmentSetting none("FOVEA_CUBLAS", "none");
    CHECK(cases::integer_difference(ctx, {3, 17, 5}, true) == "");
  }
  Context exact({.device = fovea::Device::cuda(), .threads = 1});
  CHECK(cases::integer_difference(exact, {3, 17, 5}, true) == "");
  CHECK(products() == before);

  Context tf32({.device = fovea::Device::cuda(),
                .threads = 1,
                .numerics = fovea::Numerics::fast,
                .precision = fovea::Precision::tf32});
  CHECK_THROWS_WITH(cases::integer_difference(tf32, {3, 17, 5}, true),
                    "linear_forward: cuBLAS: not supported by the fake");
}
