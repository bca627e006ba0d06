// SPDX-License-Identifier: Apache-2.0
// Runs an op on the CPU and on the emulated GPU with the same values and compares the bits.
#pragma once

#include "emulation/support/report_log.h"
#include "support/compare.h"
#include "support/devices.h"
#include "support/random_tensor.h"

#include <vector>

namespace fovea::test {

// Calls run(ctx, tensors) with copies of `tensors` on each device; all must end with the same bits,
// and the emulation must have nothing to report. f32 and u8 tensors are compared.
template <class Run>
void check_on_both(const std::vector<Tensor>& tensors, Run run) {
  const ReportLog log;
  std::vector<std::vector<Tensor>> results;
  for (const Device device : {Device::cpu(), Device::cuda()}) {
    Context ctx({.device = device, .threads = 1});
    std::vector<Tensor> here;
    for (const Tensor& tensor : tensors) here.push_back(to_device(ctx, tensor));
    run(ctx, here);
    results.push_back(here);
  }
  for (size_t i = 0; i < tensors.size(); i++) {
    CAPTURE(i);
    if (tensors[i].dtype() == DType::u8)
      CHECK(indices_differ(results[1][i], reference::Array<int32_t>::from(results[0][i])) == "");
    if (tensors[i].dtype() != DType::f32) continue;
    CHECK(bits_differ(results[1][i], to_host(results[0][i])) == "");
  }
  CHECK(log.last() == "");
}

}  // namespace fovea::test
