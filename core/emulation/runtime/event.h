// SPDX-License-Identifier: Apache-2.0
// Events: points of streams, with the time at which they were passed.
#pragma once
#include "runtime/capture.h"
#include "runtime/stream.h"

namespace cuda_emulation {

// One recording. Waits and queries refer to the recording that was the event's latest when they
// were called.
struct Recording {
  Point point;
  std::atomic<double> seconds{0};
};

struct Event {
  int device;
  unsigned flags;
  std::shared_ptr<Recording> latest;  // null: never recorded, or last recorded in a capture
  CapturePtr capture;  // in which it was last recorded, there depending on these nodes:
  Capture::Frontier nodes;
};

}  // namespace cuda_emulation
