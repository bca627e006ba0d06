// SPDX-License-Identifier: Apache-2.0
// Errors that stay, errors that pass, and what a device says of itself.
#include "device_buffer.h"
#include "kernels/simple.cuh"
#include "kernels/warp.cuh"

#include <cuda_emulation/report.h>
#include <cuda_portable/launch.cuh>

#include <cstdint>

using cuda_portable::launch;

namespace {

// Collects reports instead of printing them.
class Reports {
 public:
  Reports()
      : former_(cuda_emulation::set_report_handler(
            [this](const auto& report) { all.push_back(report); })) {}
  ~Reports() { cuda_emulation::set_report_handler(former_); }
  std::vector<cuda_emulation::Report> all;

 private:
  cuda_emulation::ReportHandler former_;
};

}  // namespace

TEST_CASE("an error of a call is returned once more by cudaGetLastError and then gone") {
  const Reports reports;
  const DeviceBuffer<float> values(1);
  CHECK(launch(fill, 1, 2000, 0, nullptr, values.get(), 1.0f, 1) == cudaErrorInvalidConfiguration);
  CHECK(cudaPeekAtLastError() == cudaErrorInvalidConfiguration);
  CHECK(cudaGetLastError() == cudaErrorInvalidConfiguration);
  CHECK(cudaGetLastError() == cudaSuccess);
  REQUIRE(reports.all.size() == 1);
  CHECK(reports.all[0].message.find("launch of fill: block (2000,1,1)") == 0);
}

TEST_CASE("a kernel's failure sticks to the device until it is reset") {
  Reports reports;
  const DeviceBuffer<int> out(32);
  CHECK_CUDA(
      launch(shuffle_from_returned, 1, 32, 0, nullptr, out.get()));  // errors of kernels come later
  CHECK(cudaDeviceSynchronize() == cudaErrorLaunchFailure);
  CHECK(cudaGetLastError() == cudaErrorLaunchFailure);
  CHECK(cudaGetLastError() == cudaErrorLaunchFailure);
  void* memory = nullptr;
  CHECK(cudaMalloc(&memory, 4) == cudaErrorLaunchFailure);
  REQUIRE(reports.all.size() == 1);
  const cuda_emulation::Report& report = reports.all[0];
  CHECK(report.kind == "warp_misuse");
  CHECK(report.place.kernel == "shuffle_from_returned");
  CHECK(report.place.in_thread);
  CHECK(report.text().find("kernel shuffle_from_returned, block (0,0,0), thread (") !=
        std::string::npos);
  CHECK_CUDA(cudaDeviceReset());
  CHECK(cudaGetLastError() == cudaSuccess);
  const DeviceBuffer<float> values(1);
  CHECK_CUDA(launch(fill, 1, 1, 0, nullptr, values.get(), 1.0f, 1));
  CHECK(values.download() == std::vector<float>{1.0f});
}

TEST_CASE("errors have the toolkit's names, numbers and texts") {
  CHECK(std::string(cudaGetErrorName(cudaErrorIllegalAddress)) == "cudaErrorIllegalAddress");
  CHECK(int(cudaErrorIllegalAddress) == 700);
  CHECK(std::string(cudaGetErrorString(cudaErrorMemoryAllocation)) == "out of memory");
  CHECK(std::string(cudaGetErrorName(cudaError_t(12345))) == "unrecognized error code");
}

TEST_CASE("devices have the properties of their model") {
  cudaDeviceProp properties{};
  REQUIRE_CUDA(cudaGetDeviceProperties(&properties, 0));
  CHECK(properties.warpSize == 32);
  CHECK(properties.maxThreadsPerBlock == 1024);
  CHECK(properties.major >= 8);
  CHECK(properties.sharedMemPerBlockOptin == (properties.major == 9 ? 227 : 163) * 1024u);
  int value = 0;
  REQUIRE_CUDA(cudaDeviceGetAttribute(&value, cudaDevAttrMultiProcessorCount, 0));
  CHECK(value == properties.multiProcessorCount);
  CHECK(cudaGetDeviceProperties(&properties, 99) == cudaErrorInvalidDevice);
  CHECK(cudaSetDevice(-1) == cudaErrorInvalidDevice);
  cudaGetLastError();
}

TEST_CASE("the occupancy is what threads and shared memory allow") {
  int blocks = 0;
  REQUIRE_CUDA(cudaOccupancyMaxActiveBlocksPerMultiprocessor(&blocks, fill, 1024, 0));
  CHECK(blocks == 2);
  REQUIRE_CUDA(cudaOccupancyMaxActiveBlocksPerMultiprocessor(&blocks, fill, 64, 0));
  CHECK(blocks == 32);
  REQUIRE_CUDA(cudaOccupancyMaxActiveBlocksPerMultiprocessor(&blocks, fill, 32, 47 * 1024));
  CHECK(blocks == 4);  // of 228 KB, with 1 KB reserved for each
  int min_grid = 0, block_size = 0;
  REQUIRE_CUDA(cudaOccupancyMaxPotentialBlockSize(&min_grid, &block_size, fill, 0, 0));
  CHECK(block_size == 1024);
  CHECK(min_grid > 0);
}

TEST_CASE("a report has a line for machines") {
  cuda_emulation::Report report;
  report.kind = "race";
  report.message = "a \"quoted\" word";
  report.error = cudaErrorLaunchFailure;
  report.place.kernel = "k<int>";
  report.place.file = "a.cu";
  report.place.line = 7;
  report.place.in_thread = true;
  report.place.thread = {1, 2, 3};
  report.others.resize(1);
  report.others[0].file = "b.cu";
  report.others[0].line = 9;
  CHECK(report.json() ==
        R"({"kind":"race","message":"a \"quoted\" word","error":"cudaErrorLaunchFailure",)"
        R"("place":{"kernel":"k<int>","file":"a.cu","line":7,"block":[0,0,0],"thread":[1,2,3]},)"
        R"("others":[{"file":"b.cu","line":9}]})");
}
