// SPDX-License-Identifier: Apache-2.0
// One way of running a net: for batches up to a given size, with every buffer's place fixed in
// advance. Several executions can share one net, each with its own context and thread.
#pragma once

#include <fovea/core/context.h>
#include <fovea/kernels/pixels.h>
#include <fovea/kernels/softmax.h>
#include <fovea/layers/net.h>
#include <fovea/layers/step_info.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace FOVEA_API fovea {

struct ExecutionOptions {
  int64_t batch = 1;  // the largest
  bool fuse = true;   // ReLU into its neighbours, LRN into max pooling; the same bits either way
  // With several ranks: rows of all of them together, where the net has nodes of the whole batch.
  int64_t whole_batch = 0;   // 0: batch
  bool graph = true;         // on a GPU, keep a training step's kernels as one graph and replay it
  bool keep_rounded = true;  // training in bf16: read Net::keep_rounded(); the same bits either way
};

// Which samples a training batch holds, what dropout's masks depend on, and how they are seen.
struct BatchPosition {
  uint32_t epoch = 0;
  std::span<const uint32_t> samples;  // one per row
  // Of pictures that are pixels: kPixelViewWords for each row (fovea/kernels/pixels.h).
  std::span<const int32_t> views = {};
  // The samples of all ranks' rows, those of rank 0 first, when the batch is one rank's share and
  // the net has nodes of the whole batch; of W rows rank r of R has [W r / R, W (r + 1) / R).
  std::span<const uint32_t> whole = {};
};

// Bytes that an execution takes, besides parameters and their gradients.
struct MemoryNeed {
  size_t arena = 0;      // activations, their gradients, what layers save
  size_t workspace = 0;  // scratch of the context
  size_t staging = 0;    // on a GPU: where pictures and labels from the host arrive
};

class Execution {
 public:
  // What inference() or training() would take; takes nothing itself.
  static MemoryNeed needed(const Net& net, const Context& ctx, ExecutionOptions options,
                           bool training);
  // The steps of such an execution, as steps() gives them.
  static std::vector<StepInfo> planned_steps(const Net& net, ExecutionOptions options,
                                             bool training);
  // For forward passes only; layers behave as in evaluation. The net must outlive it, and lie on
  // the context's device: ArgumentError else.
  static Execution inference(const Net& net, Context& ctx, ExecutionOptions options);
  // For forward and backward passes; gradients go to net.gradients().
  static Execution training(Net& net, Context& ctx, ExecutionOptions options);
  Execution(Execution&&) noexcept;
  Execution& operator=(Execution&&) noexcept;
  ~Execution();

  int64_t batch() const;             // the largest
  int64_t whole_batch() const;       // of all ranks together; of one alone the same
  const Shape& input_shape() const;  // of a batch of one
  size_t arena_bytes() const;        // activations, their gradients, what layers save
  size_t workspace_bytes() const;    // scratch of the context

  // x (n, ...), n in 1..batch(), or 0 for a share of a batch: returns the net's output, a view that
  // holds until the next call. x must stay as it is until backward is done; one on another device
  // than the context's is copied. Throws ArgumentError when x does not suit the net. Allocates
  // nothing.
  Tensor forward(const Tensor& x);
  // Training: `position.samples` has one entry per row. `labels` below are those of the net's
  // output: of the whole batch where that is what it has.
  Tensor forward(const Tensor& x, const BatchPosition& position);
  // From the gradient of the net's output to all parameters' gradients. REQUIRES: the last call was
  // a training forward.
  void backward(const Tensor& output_gradient);

  // Runs forward to the first node whose output has a NaN or an infinity: its index in the net, or
  // nothing. What is asked when a run has diverged.
  std::optional<size_t> first_non_finite(const Tensor& x, const BatchPosition& position);

  // A training step's forward pass, loss (softmax and cross-entropy) and backward pass. Labels lie
  // on the host, where they can be checked: ArgumentError for one out of range. A GPU is not waited
  // for; x, which may change at once, and labels are copied there. What is returned lies on the
  // device and holds until the next call: logits, the losses of each sample, the labels.
  struct StepOutputs {
    Tensor logits, losses, labels;
  };
  // Called when the work of a part of backward has been given to the device.
  using PartDone = std::function<void(size_t part)>;
  StepOutputs compute(const Tensor& x, const Tensor& labels, const BatchPosition& position,
                      const CrossEntropyParams& params = {}, const PartDone& done = {});
  // From now on x may be of u8 as well: pixels, which are normalised on the device, so that a
  // quarter of the bytes is copied; `position.views` has their views. The tensors may lie anywhere.
  // Without a mean x is of f32 only, as at first.
  void set_pixels(const PixelParams& pixels);
  // Has compute() do backward in parts: part i makes what is missing of the elements of
  // net.gradients() from begins[i] on, so that something can be done with them while the rest is
  // computed. `begins` descends to 0; {0} at first.
  void split_backward(const std::vector<int64_t>& begins);
  // The same, and waits for the mean of the losses.
  struct StepResult : StepOutputs {
    float loss = 0;
  };
  StepResult train_step(const Tensor& x, const Tensor& labels, const BatchPosition& position,
                        const CrossEntropyParams& params = {});

  // What runs, in order, with the work of a full batch.
  std::vector<StepInfo> steps() const;
  // Has every step watched from now on; null: no more. The observer must outlive its use.
  void observe(StepObserver* observer);

 private:
  struct FOVEA_LOCAL Impl;
  explicit Execution(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace fovea
