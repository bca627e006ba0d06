// SPDX-License-Identifier: Apache-2.0
// Stochastic gradient descent over a net's flat arenas. See kernels/sgd.h for the formulas of both
// forms.
#pragma once

#include <fovea/core/context.h>
#include <fovea/core/fields.h>
#include <fovea/kernels/sgd.h>
#include <fovea/layers/net.h>

#include <optional>
#include <string>
#include <vector>

namespace FOVEA_API fovea {

// Some layers' own multipliers of the learning rate and the weight decay, and when they stop.
struct ParameterGroup {
  std::vector<std::string> layers;
  float lr = 1;
  float weight_decay = 1;
  float drop = 0.1f;                         // what the rate is multiplied by from then on:
  std::optional<int64_t> drop_from_epoch;    // from the start of this epoch
  std::optional<int64_t> freeze_from_epoch;  // no update from the start of this epoch on
  std::optional<int64_t> freeze_from_step;   // no update from this step on, counted from 0

  static Fields<ParameterGroup> fields();
};

struct SgdOptions {
  float lr = 0.01f;
  float momentum = 0.9f;
  float weight_decay = 0;
  SgdForm form = SgdForm::paper;
  float bias_lr = 1;                        // biases: this times lr
  float bias_decay = 1;                     // biases: this times weight_decay
  std::vector<ParameterGroup> groups = {};  // multiply with the above

  static Fields<SgdOptions> fields();
};

class Sgd {
 public:
  // The net must outlive it. Throws ConfigError when a group names a layer that the net does not
  // have or that has no parameters, or names one twice.
  Sgd(Net& net, const SgdOptions& options);

  // The rate of the next steps; `options.lr` at first.
  void set_lr(float lr) { lr_ = lr; }
  float lr() const { return lr_; }

  // Moves the parameters by net.gradients(). `epoch` and `step` (done before this one) tell which
  // groups are frozen: those keep parameters and velocities. All do where `halted` is not 0
  // (SgdParams).
  void step(Context& ctx, int64_t step = 0, int64_t epoch = 0, const Tensor& halted = {});

  // The momenta, laid out as net.values().
  const Tensor& velocities() const { return velocities_; }
  Tensor velocity(const Parameter& parameter) const;

 private:
  // What multiplies a parameter's rate and decay, and when it stops.
  struct Rule {
    float lr = 1, weight_decay = 1;
    float drop = 1;
    std::optional<int64_t> drop_from_epoch = {}, freeze_from_epoch = {}, freeze_from_step = {};

    float lr_in(int64_t epoch) const;
    bool frozen(int64_t step, int64_t epoch) const;
    friend bool operator==(const Rule&, const Rule&) = default;
  };
  // Neighbouring parameters of one rule: elements [begin, end) of the arenas.
  struct Run {
    int64_t begin, end;
    Rule rule;
  };

  void make_runs();
  Rule rule_of(const Parameter& parameter) const;

  Net* net_;
  SgdOptions options_;
  float lr_;
  Tensor velocities_;
  std::vector<Run> runs_;
};

}  // namespace fovea
