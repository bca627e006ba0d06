// SPDX-License-Identifier: Apache-2.0
// "The last block reduces": data goes from block to block by a fence and a ticket. The checked mode
// does not follow such protocols, and says so and what to do instead; the other modes run them.
#include "emulation/support/device_array.h"
#include "emulation/support/report_log.h"
#include "textbook.cuh"

#include <catch2/catch.hpp>
#include <cuda_emulation/configuration.h>

#include <vector>

TEST_CASE("Textbook: a dot product by the last block is unsupported when checked") {
  constexpr int kSize = 1000, kBlocks = 4;
  const ReportLog log;
  const StreamHandle stream;
  const DeviceArray<float> x(std::vector<float>(kSize, 2.0f)), y(std::vector<float>(kSize, 3.0f)),
      partial(kBlocks), result(std::vector<float>(1));
  const DeviceArray<unsigned> ticket(std::vector<unsigned>(1));
  require(textbook::dot_last_block(x.get(), y.get(), kSize, partial.get(), kBlocks, ticket.get(),
                                   result.get(), stream));
  if (!cuda_emulation::checked()) {
    CHECK(result.host(stream).front() == 6 * kSize);
    CHECK(log.empty());
    return;
  }
  CHECK(cudaStreamSynchronize(stream) == cudaErrorLaunchFailure);
  REQUIRE(log.has("race"));
  const cuda_emulation::Report report = log.all().front();
  CHECK(report.place.kernel.find("dot_kernel") != std::string::npos);
  REQUIRE(report.details.size() == 1);
  CHECK_THAT(report.details.front(), Catch::Matchers::Contains("Unsupported") &&
                                         Catch::Matchers::Contains("second launch"));
  REQUIRE(cudaDeviceReset() == cudaSuccess);
}
