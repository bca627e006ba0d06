// SPDX-License-Identifier: Apache-2.0
#include "report/page.h"
#include "report/sections.h"

#include <fovea/core/number_text.h>

namespace fovea::detail {

namespace {

int64_t parameters_of(const Net& net, const Node& node) {
  int64_t count = 0;
  for (const int p : node.parameters)
    count += net.parameters()[static_cast<size_t>(p)].spec.shape.elements();
  return count;
}

std::string count_text(int64_t count) { return count == 0 ? "" : grouped_text(count); }

}  // namespace

std::string net_section(const Net& net) {
  HtmlTable table({"layer", "type", "output", "#parameters", "#multiply-accumulates"});
  for (const Node& node : net.nodes()) {
    table.row({node.name, node.type, node.output.sample().to_string(),
               count_text(parameters_of(net, node)),
               count_text(node.layer->macs(net.input_shapes(node, 1)))});
  }
  return section("Net", paragraph("Input " + net.input_shape().sample().to_string() +
                                  ", shapes as (height, width, channels); " +
                                  grouped_text(net.parameter_count()) + " parameters, " +
                                  grouped_text(net.macs()) + " multiply-accumulates a sample.") +
                            table.str());
}

}  // namespace fovea::detail
