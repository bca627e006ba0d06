// SPDX-License-Identifier: Apache-2.0
#include "backward_parts.h"
#include "buffer_assignment.h"
#include "describe_step.h"
#include "device_staging.h"
#include "exchange.h"
#include "program.h"
#include "step_graph.h"
#include "step_tensors.h"
#include "step_watch.h"

#include <fovea/core/error.h>
#include <fovea/kernels/clip.h>
#include <fovea/kernels/elementwise.h>
#include <fovea/layers/execution.h>

#include <algorithm>
#include <cmath>

namespace fovea {

namespace {

BatchRows planned_rows(const ExecutionOptions& options) {
  if (options.batch < 1) throw ArgumentError("execution: batch must be at least 1");
  return {options.batch, options.whole_batch > 0 ? options.whole_batch : options.batch};
}

const Net& on_device_of(const Context& ctx, const Net& net) {
  if (net.device() == ctx.device()) return net;
  throw ArgumentError("execution: the net lies on " + net.device().to_string() +
                      ", the context computes on " + ctx.device().to_string() +
                      "; call net.move_to(ctx.device()) first");
}

bool exchanges(const std::vector<Step>& steps) {
  return std::ranges::any_of(steps, [](const Step& step) {
    return dynamic_cast<const ExchangeLayer*>(step.layer.get()) != nullptr;
  });
}

}  // namespace

struct Execution::Impl {
  Impl(const Net& net_in, Net* trained_in, Context& ctx_in, ExecutionOptions options_in)
      : net(on_device_of(ctx_in, net_in)),
        trained(trained_in),
        ctx(ctx_in),
        options(options_in),
        planned(planned_rows(options)),
        steps(lower(net, is_training(), options.fuse)),
        among_ranks(exchanges(steps)),
        buffers(assign_buffers(net, steps, is_training(), planned)),
        tensors(net, trained, rounds(), steps, buffers),
        workspace(largest_workspace(net, ctx, steps, planned)),
        loss_sum({1}, DType::f32, ctx.device()) {
    if (on_gpu()) staging.emplace(net, ctx.device(), planned);
    ctx.workspace().reserve(workspace);
    tensors.bind(planned);
  }

  bool is_training() const { return trained != nullptr; }
  bool on_gpu() const { return !ctx.device().is_cpu(); }
  // Whether products read weights that are rounded beside the ones that move. Inference rounds what
  // it reads: nets may be shared by threads then, or change with each call.
  bool rounds() const {
    return is_training() && options.keep_rounded && ctx.precision() == Precision::bf16;
  }
  void refresh_rounded() {
    if (rounds()) trained->keep_rounded().refresh(ctx);
  }

  // For a batch like x.
  void bind_rows(const Tensor& x) {
    const BatchRows rows = rows_of(x);
    const bool rows_fit = rows.share <= planned.share && rows.whole <= planned.whole &&
                          rows.share <= rows.whole && rows.whole >= 1 && !x.empty();
    const bool type_fits = x.dtype() == DType::f32 || (x.dtype() == DType::u8 && pixels.mean);
    if (!rows_fit || !type_fits || x.shape().with_batch(1) != net.input_shape()) {
      throw ArgumentError(
          "net: input is " + std::string(name_of(x.dtype())) + x.shape().to_string() + "; f32" +
          net.input_shape().with_batch(options.batch).to_string() + " or fewer rows wanted");
    }
    if (rows != tensors.rows()) tensors.bind(rows);
  }

  BatchRows rows_of(const Tensor& x) const {
    const int64_t n = x.empty() ? 0 : x.shape()[0];
    return {n, position.whole.empty() ? n : std::ssize(position.whole)};
  }

  void bind_input(const Tensor& x) {
    bind_rows(x);
    use_input(input_of(x));
  }

  // As floats, on the device.
  Tensor input_of(const Tensor& x) {
    if (x.dtype() == DType::f32) return x.device() == ctx.device() ? x : staging->input_like(x);
    if (!on_gpu() && !floats)
      floats = Tensor(net.input_shape().with_batch(options.batch), DType::f32);
    const int64_t rows = x.shape()[0];
    const Tensor to = on_gpu() ? staging->input(rows) : floats.rows(0, rows);
    DeviceStaging::check_views(position, rows);
    const Tensor views = Tensor::from<int32_t>({rows, kPixelViewWords}, position.views);
    DeviceStaging::place(ctx, x.to(ctx.device()), views.to(ctx.device()), pixels, to);
    return to;
  }

  void use_input(const Tensor& here) {
    for (size_t i = 0; i < steps.size(); i++) {
      for (size_t k = 0; k < steps[i].inputs.size(); k++) {
        if (steps[i].inputs[k] == 0) tensors[i].inputs[k] = here;
      }
    }
  }

  void set_position(const Tensor& x, const BatchPosition& of_batch) {
    const int64_t rows = x.empty() ? 0 : x.shape()[0];
    if (is_training() && static_cast<int64_t>(of_batch.samples.size()) != rows) {
      throw ArgumentError("execution: " + std::to_string(of_batch.samples.size()) +
                          " sample indices for an input of " + x.shape().to_string());
    }
    position = of_batch;
  }

  // Of a forward pass alone.
  void place_position(const Tensor& x, const BatchPosition& of_batch) {
    set_position(x, of_batch);
    const bool fits = std::ssize(position.samples) <= options.batch;  // else bind_rows() says so
    if (is_training() && on_gpu() && fits) staging->set_position(position);
  }

  const Node& node_of(size_t step) const { return net.nodes()[steps[step].node]; }

  Saved saved_of(size_t i) {
    const Node& node = node_of(i);
    const bool whole = node.whole_batch && !position.whole.empty();
    const bool on_device = is_training() && on_gpu() && !whole;
    return {.training = is_training(),
            .seed = ctx.seed(),
            .epoch = position.epoch,
            .samples = whole ? position.whole : position.samples,
            .layer = static_cast<uint32_t>(node.index),
            .position_on_device = on_device ? staging->position() : nullptr,
            .tensors = tensors[i].saved};
  }

  // A rank may have no row of a small batch, but takes part in what concerns all of it.
  bool is_idle(size_t i) const { return tensors.rows().share == 0 && !node_of(i).whole_batch; }

  void forward_step(size_t i) {
    if (is_idle(i)) return;
    StepTensors& t = tensors[i];
    Saved saved = saved_of(i);
    const StepWatch watch(observer, i, Pass::forward);
    steps[i].layer->forward(
        ctx, {t.inputs, t.parameters, t.output, saved, steps[i].relu_output, t.rounded});
  }

  Tensor forward(const Tensor& x) {
    bind_input(x);
    refresh_rounded();
    return forward();
  }
  // Of the input that is bound.
  Tensor forward() {
    for (size_t i = 0; i < steps.size(); i++) forward_step(i);
    return tensors.last().output;
  }

  // Among ranks all go on to the end, as the others wait for what follows.
  std::optional<size_t> first_non_finite(const Tensor& x) {
    bind_input(x);
    refresh_rounded();
    std::optional<size_t> found;
    for (size_t i = 0; i < steps.size() && (!found || among_ranks); i++) {
      forward_step(i);
      if (!found && !is_idle(i) && !std::isfinite(sum_of_squares(ctx, tensors[i].output)))
        found = steps[i].node;
    }
    return found;
  }

  void backward() { backward(steps.size(), 0); }
  // Of steps [begin, end), from the last one on.
  void backward(size_t end, size_t begin) {
    for (size_t i = end; i-- > begin;) {
      StepTensors& t = tensors[i];
      if (t.output_gradient.empty()) continue;  // no parameter lies behind this step
      if (is_idle(i)) {
        for (const Tensor& gradient : t.parameter_gradients) ctx.zero(gradient);
        continue;
      }
      Saved saved = saved_of(i);
      const StepWatch watch(observer, i, Pass::backward);
      steps[i].layer->backward(
          ctx, {t.inputs, t.parameters, t.output, t.output_gradient, t.input_gradients,
                t.parameter_gradients, saved, steps[i].relu_input, t.rounded});
      for (size_t k = 0; k < t.addends.size(); k++) {
        if (!t.addends[k].empty()) add(ctx, t.addends[k], t.input_gradients[k], t.addends[k]);
      }
    }
  }

  void split_backward(const std::vector<int64_t>& begins) {
    part_ends = backward_part_ends(net, steps, begins);
    graphs = std::vector<StepGraph>(part_ends.size());
  }

  // Forward, losses and backward of the input that is bound; of these the part of backward that
  // ends with one, the first one together with what comes before.
  void compute(size_t part, const CrossEntropyParams& params, const Tensor& labels) {
    if (part > 0) return backward(part_ends[part - 1], part_ends[part]);
    const Tensor logits = forward();
    softmax_cross_entropy(ctx, params, logits, labels, tensors.losses(),
                          tensors.last().output_gradient);
    backward(steps.size(), part_ends[0]);
  }

  // Calls run(part) for each, and tells `done` of it.
  template <class Run>
  void each_part(const PartDone& done, Run run) {
    for (size_t part = 0; part < part_ends.size(); part++) {
      run(part);
      if (done) done(part);
    }
  }

  void compute(const CrossEntropyParams& params, const Tensor& labels, const PartDone& done) {
    each_part(done, [&](size_t part) { compute(part, params, labels); });
  }

  // Gives the labels on the GPU.
  Tensor compute_on_gpu(const CrossEntropyParams& params, const Tensor& x, const Tensor& labels,
                        const PartDone& done) {
    const Shape& output = tensors.last().output.shape();
    check_labels(labels, output[1]);
    if (labels.elements() != output[0])
      throw ArgumentError("execution: " + std::to_string(labels.elements()) + " labels for " +
                          std::to_string(output[0]) + " rows");
    if (x.dtype() == DType::u8) DeviceStaging::check_views(position, x.shape()[0]);
    const auto staged = staging->bring(ctx, x, labels, position, pixels);
    use_input(staged.input);
    refresh_rounded();
    const CrossEntropyParams there{params.label_smoothing, loss_divisor(params, labels),
                                   params.class_weights.to(ctx.device())};
    if (observer || !options.graph || among_ranks) {
      compute(there, staged.labels, done);
      return staged.labels;
    }
    const StepGraph::Key key{.rows = tensors.rows().share,
                             .shards = ctx.shards(),
                             .input = staged.input.raw(),
                             .class_weights = there.class_weights.raw(),
                             .smoothing = there.label_smoothing,
                             .divisor = there.divisor,
                             .workspace = ctx.workspace().capacity()};
    each_part(done, [&](size_t part) {
      graphs[part].run(ctx, key, [&] { compute(part, there, staged.labels); });
    });
    return staged.labels;
  }

  const Net& net;
  Net* trained;
  Context& ctx;
  ExecutionOptions options;
  BatchRows planned;
  std::vector<Step> steps;
  bool among_ranks;  // some steps exchange tensors with other ranks
  BufferAssignment buffers;
  BoundSteps tensors;
  size_t workspace;
  Tensor loss_sum;
  std::optional<DeviceStaging> staging;
  PixelParams pixels;                // without a mean: pictures are floats
  Tensor floats;                     // made of pixels, on the CPU
  std::vector<size_t> part_ends{0};  // of backward: the last step of each part
  std::vector<StepGraph> graphs{1};  // one for each
  BatchPosition position;
  StepObserver* observer = nullptr;
};

Execution::Execution(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Execution::Execution(Execution&&) noexcept = default;
Execution& Execution::operator=(Execution&&) noexcept = default;
Execution::~Execution() = default;

Execution Execution::inference(const Net& net, Context& ctx, ExecutionOptions options) {
  return Execution(std::make_unique<Impl>(net, nullptr, ctx, options));
}

Execution Execution::training(Net& net, Context& ctx, ExecutionOptions options) {
  return Execution(std::make_unique<Impl>(net, &net, ctx, options));
}

MemoryNeed Execution::needed(const Net& net, const Context& ctx, ExecutionOptions options,
                             bool training) {
  const BatchRows rows = planned_rows(options);
  const std::vector<Step> steps = lower(net, training, options.fuse);
  return {assign_buffers(net, steps, training, rows).bytes,
          largest_workspace(net, ctx, steps, rows),
          ctx.device().is_cpu() ? 0 : DeviceStaging::bytes(net, rows, training)};
}

int64_t Execution::batch() const { return impl_->options.batch; }
int64_t Execution::whole_batch() const { return impl_->planned.whole; }
const Shape& Execution::input_shape() const { return impl_->net.input_shape(); }
size_t Execution::arena_bytes() const { return impl_->buffers.bytes; }
size_t Execution::workspace_bytes() const { return impl_->workspace; }

std::vector<StepInfo> Execution::steps() const {
  return describe_steps(impl_->net, impl_->steps, impl_->buffers, impl_->is_training(),
                        impl_->planned);
}

std::vector<StepInfo> Execution::planned_steps(const Net& net, ExecutionOptions options,
                                               bool training) {
  const BatchRows rows = planned_rows(options);
  const std::vector<Step> steps = lower(net, training, options.fuse);
  return describe_steps(net, steps, assign_buffers(net, steps, training, rows), training, rows);
}

void Execution::observe(StepObserver* observer) { impl_->observer = observer; }

void Execution::set_pixels(const PixelParams& pixels) {
  const Device device = impl_->ctx.device();
  impl_->pixels = {pixels.scale, pixels.mean.to(device), pixels.deviation.to(device)};
}

void Execution::split_backward(const std::vector<int64_t>& begins) {
  impl_->split_backward(begins);
}

Tensor Execution::forward(const Tensor& x) {
  if (impl_->is_training())
    throw ArgumentError("execution: a training forward needs the samples' position");
  impl_->position.whole = {};
  return impl_->forward(x);
}

Tensor Execution::forward(const Tensor& x, const BatchPosition& position) {
  impl_->place_position(x, position);
  return impl_->forward(x);
}

std::optional<size_t> Execution::first_non_finite(const Tensor& x, const BatchPosition& position) {
  impl_->place_position(x, position);
  return impl_->first_non_finite(x);
}

void Execution::backward(const Tensor& output_gradient) {
  if (!impl_->is_training())
    throw ArgumentError("execution: planned for inference, it has no backward pass");
  impl_->tensors.last().output_gradient.copy_from(output_gradient);
  impl_->refresh_rounded();
  impl_->backward();
}

Execution::StepOutputs Execution::compute(const Tensor& x, const Tensor& labels,
                                          const BatchPosition& position,
                                          const CrossEntropyParams& params, const PartDone& done) {
  if (!impl_->is_training())
    throw ArgumentError("execution: planned for inference, it cannot train");
  impl_->set_position(x, position);
  if (impl_->on_gpu()) {
    impl_->bind_rows(x);
    const Tensor there = impl_->compute_on_gpu(params, x, labels, done);
    return {impl_->tensors.last().output, impl_->tensors.losses(), there};
  }
  impl_->bind_input(x);
  impl_->compute(params, labels, done);
  return {impl_->tensors.last().output, impl_->tensors.losses(), labels};
}

Execution::StepResult Execution::train_step(const Tensor& x, const Tensor& labels,
                                            const BatchPosition& position,
                                            const CrossEntropyParams& params) {
  StepResult step{compute(x, labels, position, params)};
  sum(impl_->ctx, step.losses, impl_->loss_sum);
  step.loss = impl_->loss_sum.to(Device::cpu()).data<float>()[0] / loss_divisor(params, labels);
  return step;
}

}  // namespace fovea
