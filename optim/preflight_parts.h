// SPDX-License-Identifier: Apache-2.0
// The parts of preflight(), each of which adds its findings.
#pragma once

#include <fovea/optim/preflight.h>

namespace fovea {

using PreflightFindings = std::vector<PreflightFinding>;

inline void add(PreflightFindings& findings, PreflightFinding::Verdict verdict, std::string topic,
                std::string finding, std::string advice = "") {
  findings.push_back({verdict, std::move(topic), std::move(finding), std::move(advice)});
}

void check_data(const RunConfig& config, PreflightFindings& findings);
void check_memory(const RunConfig& config, const Net& net, const Context& ctx,
                  PreflightFindings& findings);
// `batch`: of the training data, as the net takes it. The net lies on the context's device.
void check_first_loss(const RunConfig& config, Net& net, Context& ctx, const Batch& batch,
                      PreflightFindings& findings);
void check_spread(const Net& net, Context& ctx, const Batch& batch, PreflightFindings& findings);
void check_biases(const Net& net, PreflightFindings& findings);
void check_units(const Net& net, Context& ctx, const Batch& batch, PreflightFindings& findings);
// Changes the net's parameters. `samples`: in an epoch.
void check_training(const RunConfig& config, Net& net, Context& ctx, const Batch& batch,
                    int64_t samples, PreflightFindings& findings);

}  // namespace fovea
