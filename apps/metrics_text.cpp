// SPDX-License-Identifier: Apache-2.0
#include "metrics_text.h"

#include "console.h"

namespace fovea::app {

std::string text_of(const Metrics& metrics) {
  return "loss " + fixed(metrics.loss(), 4) + "  top-1 " + percent(metrics.top1_share(), 2) +
         "  top-5 " + percent(metrics.top5_share(), 2);
}

void write_members(JsonWriter& json, const Metrics& metrics) {
  json.key("samples").value(metrics.samples).key("loss").value(metrics.loss());
  json.key("top1").value(metrics.top1_share()).key("top5").value(metrics.top5_share());
}

}  // namespace fovea::app
