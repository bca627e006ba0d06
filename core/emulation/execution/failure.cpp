// SPDX-License-Identifier: Apache-2.0
// The end of a block in which a thread went wrong.
#include "execution/place.h"
#include "execution/thread_block.h"
#include "report/emit.h"
#include "report/symbols.h"

#include <cstdarg>
#include <cstdio>
#include <map>

namespace cuda_emulation {

std::string describe(const Site& site) {
  return std::string(site.file ? site.file : "?") + ":" + std::to_string(site.line);
}

std::string describe(const uint3& index) {
  return "(" + std::to_string(index.x) + "," + std::to_string(index.y) + "," +
         std::to_string(index.z) + ")";
}

Place ThreadBlock::place() const {
  Place place;
  place.kernel = function_name(launch_->call.function);
  place.block = index_;
  if (current_) {
    place.in_thread = true;
    place.thread = current_->index;
  }
  return place;
}

Place ThreadBlock::place_of(const Lane& lane) const {
  Place place = this->place();
  place.thread = lane.index;
  if (lane.site.file) place.file = lane.site.file;
  place.line = int(lane.site.line);
  return place;
}

Report ThreadBlock::failure(cudaError_t error, const char* kind, const Site& site,
                            std::string message) const {
  Report report;
  report.kind = kind;
  report.message = std::move(message);
  report.error = error;
  report.place = place();
  if (site.file) report.place.file = site.file;
  report.place.line = int(site.line);
  return report;
}

void ThreadBlock::fail(Report report) {
  { fail_at_end(Report(std::move(report))); }  // nothing is left in this frame, which is abandoned
  leave_for_root();
}

void ThreadBlock::fail_at_end(const Report& report) {
  launch_->fail(report.error);
  failed_ = true;
  emit(report);
}

void fail_kernel(cudaError_t error, const char* kind, const Site& site, const char* format, ...) {
  char text[1024];
  va_list arguments;
  va_start(arguments, format);
  std::vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  ThreadBlock& block = running_block("a kernel's failure");
  block.fail(block.failure(error, kind, site, text));
}

// Called with no thread able to run: says how many threads wait where.
void ThreadBlock::deadlock() {
  std::map<std::string, int> groups;
  for (int i = 0; i < threads_; ++i) {
    const Lane& lane = lanes_[i];
    const Warp& warp = warps_[lane.warp()];
    if (warp.at_barrier & lane.bit()) {
      ++groups["in __syncthreads at " + describe(lane.site)];
    } else if (warp.at_collective & lane.bit()) {
      char mask[32];
      std::snprintf(mask, sizeof mask, "(mask 0x%08x)", lane.mask);
      ++groups[std::string("in ") + lane.waits_in + mask + " at " + describe(lane.site)];
    } else if (warp.exited & lane.bit()) {
      ++groups["have returned"];
    } else {
      ++groups["in a collective at " + describe(lane.site)];
    }
  }
  Report report = failure(cudaErrorLaunchFailure, "deadlock", current_->site,
                          "deadlock: no thread of the block can go on");
  for (const auto& [where, count] : groups)
    report.details.push_back(std::to_string(count) + " threads " + where);
  groups.clear();
  for (int i = 0; i < threads_; ++i) {
    const bool waits = !(warps_[i / 32].exited & lanes_[i].bit());
    if (!waits || same_site(lanes_[i].site, current_->site)) continue;
    report.others.push_back(place_of(lanes_[i]));
    break;
  }
  fail(std::move(report));
}

}  // namespace cuda_emulation
