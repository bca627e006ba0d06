// SPDX-License-Identifier: Apache-2.0
// Stochastic gradient descent over a net's flat arenas. See kernels/sgd.h for the formulas of both
// forms.
#pragma once

#include <fovea/core/context.h>
#include <fovea/core/fields.h>
#include <fovea/kernels/sgd.h>
#include <fovea/layers/net.h>

#include <vector>

namespace fovea {

struct SgdOptions {
  float lr = 0.01f;
  float momentum = 0.9f;
  float weight_decay = 0;
  SgdForm form = SgdForm::paper;
  float bias_lr = 1;     // biases: this times lr
  float bias_decay = 1;  // biases: this times weight_decay

  static Fields<SgdOptions> fields();
};

class Sgd {
 public:
  // The net must outlive it.
  Sgd(Net& net, const SgdOptions& options);

  // The rate of the next steps; `options.lr` at first.
  void set_lr(float lr) { lr_ = lr; }
  float lr() const { return lr_; }

  // Moves the parameters by net.gradients().
  void step(Context& ctx);

  // The momenta, laid out as net.values().
  const Tensor& velocities() const { return velocities_; }
  Tensor velocity(const Parameter& parameter) const;

 private:
  // Neighbouring parameters that are updated alike: elements [begin, end) of the arenas.
  struct Run {
    int64_t begin, end;
    bool bias;
  };
  std::vector<Run> runs_of(const Net& net) const;

  Net* net_;
  SgdOptions options_;
  float lr_;
  Tensor velocities_;
  std::vector<Run> runs_;
};

}  // namespace fovea
