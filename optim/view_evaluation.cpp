// SPDX-License-Identifier: Apache-2.0
#include "answer_collector.h"

#include <fovea/core/error.h>
#include <fovea/core/math.h>
#include <fovea/data/row_share.h>
#include <fovea/kernels/softmax.h>
#include <fovea/optim/view_evaluation.h>

#include <algorithm>
#include <chrono>
#include <deque>
#include <string>

namespace fovea {

namespace {

constexpr float kLeastProbability = 0x1p-126f;

RowShare share_of(const Communicator* processes) {
  return processes ? RowShare{processes->rank(), processes->size()} : RowShare{};
}

// One model at work on its own view of the data.
class Member {
 public:
  Member(const ViewedModel& viewed, Averaged average, Context& ctx, int64_t batch,
         const RowShare& share)
      : ctx_(ctx),
        share_(share),
        source_(viewed.source),
        average_(average),
        execution_(Execution::inference(viewed.model.net, ctx, {.batch = batch})),
        classes_(viewed.model.net.output_shape()[1]),
        there_({batch, classes_}, DType::f32, ctx.device()),
        scores_({batch, classes_}) {
    source_.seek(0, 0);
  }

  const Batch& next() {
    source_.next(batch_);
    return batch_;
  }

  // Adds the scores of all views of this process's samples of the batch to sums (samples, classes).
  void add_scores(const Tensor& sums) {
    const int64_t views = source_.views(), samples = batch_.size() / views;
    const int64_t rows = views * share_.end(samples), step = execution_.batch();
    for (int64_t begin = views * share_.begin(samples); begin < rows; begin += step) {
      const int64_t end = std::min(rows, begin + step);
      const Tensor scores = compute(batch_.images.rows(begin, end));
      for (int64_t row = begin; row < end; row++) {
        float* sum = sums.data<float>() + row / source_.views() * classes_;
        const float* score = scores.data<float>() + (row - begin) * classes_;
        for (int64_t c = 0; c < classes_; c++) sum[c] += score[c];
      }
    }
  }

 private:
  // On the host.
  Tensor compute(const Tensor& images) {
    const int64_t n = images.shape()[0];
    const Tensor logits =
        execution_.forward(images.reshaped(execution_.input_shape().with_batch(n)));
    const Tensor scores = scores_.rows(0, n);
    Tensor there = there_.rows(0, n);
    if (average_ == Averaged::probabilities) softmax_forward(ctx_, logits, there);
    scores.copy_from(average_ == Averaged::probabilities ? there : logits);
    return scores;
  }

  Context& ctx_;
  RowShare share_;
  BatchSource& source_;
  Averaged average_;
  Execution execution_;
  int64_t classes_;
  Tensor there_, scores_;
  Batch batch_;
};

// The first model's batch with one row for each sample, and the means of all.
class Means {
 public:
  Means(const ViewedModel& first, Averaged average, int64_t models, Communicator* processes)
      : source_(first.source),
        processes_(processes),
        views_(first.source.views()),
        count_(static_cast<float>(models * views_)),
        average_(average),
        host_({.threads = 1}) {
    const int64_t most = std::min(source_.batch_size(), source_.samples());
    const Shape& image = source_.image();
    images_ = Tensor({most, image[0], image[1], image[2]});
    labels_ = Tensor({most}, DType::i32);
    losses_ = Tensor({most});
    ranks_ = Tensor({most}, DType::i32);
    scores_ = Tensor({most, first.model.net.output_shape()[1]});
    samples_.reserve(static_cast<size_t>(most));
  }

  // Takes samples and labels, and of the views that in the middle (the centre of ten).
  void begin(const Batch& batch) {
    n_ = batch.size() / views_;
    samples_.clear();
    for (int64_t i = 0; i < n_; i++) {
      const int64_t row = i * views_ + (views_ - 1) / 2;
      images_.rows(i, i + 1).copy_from(batch.images.rows(row, row + 1));
      labels_.data<int32_t>()[i] = batch.labels.data<int32_t>()[row];
      samples_.push_back(batch.samples[static_cast<size_t>(row)]);
    }
    sums().zero();
  }

  Tensor sums() const { return scores_.rows(0, n_); }

  // Turns the sums into means, and adds them to the evaluation; `answers` gets this process's.
  void finish(Metrics& metrics, AnswerCollector& answers) {
    const Tensor scores = sums(), labels = labels_.rows(0, n_);
    if (processes_) processes_->all_reduce(host_, scores);  // 0 is added to each
    Tensor losses = losses_.rows(0, n_), ranks = ranks_.rows(0, n_), no_gradient;
    for (float& score : scores.span<float>()) score = score / count_;
    check_labels(labels, scores.shape()[1]);
    if (average_ == Averaged::logits) {
      softmax_cross_entropy(host_, {}, scores, labels, losses, no_gradient);
    } else {
      for (int64_t i = 0; i < n_; i++) losses.data<float>()[i] = loss_of(scores, i);
    }
    label_ranks(host_, scores, labels, ranks);
    metrics.add_ranks(ranks.span<int32_t>());
    for (const float loss : losses.span<float>()) metrics.loss_sum += double{loss};
    tell(answers, scores, losses);
  }

 private:
  void tell(AnswerCollector& answers, const Tensor& scores, const Tensor& losses) const {
    const RowShare share = share_of(processes_);
    const int64_t begin = share.begin(n_), end = share.end(n_);
    if (begin == end) return;
    const Tensor images = images_.rows(begin, end), labels = labels_.rows(begin, end);
    answers.on_batch(
        {images, labels, scores.rows(begin, end), losses.rows(begin, end),
         std::span(samples_).subspan(static_cast<size_t>(begin), static_cast<size_t>(end - begin)),
         average_ == Averaged::probabilities});
  }

  float loss_of(const Tensor& scores, int64_t i) const {
    const float p = scores.data<float>()[i * scores.shape()[1] + labels_.data<int32_t>()[i]];
    return -math::log(p < kLeastProbability ? kLeastProbability : p);
  }

  BatchSource& source_;
  Communicator* processes_;
  int64_t views_, n_ = 0;
  float count_;
  Averaged average_;
  Context host_;
  Tensor images_, labels_, losses_, ranks_, scores_;
  std::vector<uint32_t> samples_;
};

void check_same_batches(std::span<const ViewedModel> models) {
  const BatchSource& first = models[0].source;
  for (const auto& [model, source] : models) {
    if (source.samples() != first.samples() || source.batch_size() != first.batch_size() ||
        source.views() != first.views()) {
      throw ArgumentError(
          "evaluation: the sources of several models differ in samples, batches or "
          "views");
    }
  }
}

}  // namespace

Fields<EvalOptions> EvalOptions::fields() {
  using O = EvalOptions;
  return Fields<O>("eval", "how fovea eval looks at pictures")
      .field("crops", &O::crops,
             "1: the centre; 10: the four corners, the centre and their mirror images, over which "
             "the mean is taken, as in the paper",
             between(1, 10))
      .field("views", &O::views, "other pieces of pictures, in place of crops")
      .field("average", &O::average, "what the mean is taken of")
      .check([](const Config& config, const O& options) {
        if (options.crops != 1 && options.crops != 10)
          config.find("crops").error("1 or 10 wanted; \"views\" lists others");
        if (options.crops != 1 && !options.views.empty())
          config.find("views").error("is in place of crops; leave one of them out");
      });
}

std::vector<CropView> EvalOptions::views_of(ImageSize picture, ImageSize input) const {
  check_views(views, picture, input);
  return crops == 10 ? ten_views(picture, input) : views;
}

void check_same_classes(std::span<const ViewedModel> models) {
  const auto& first = models[0].model.info.classes;
  for (size_t m = 1; m < models.size(); m++) {
    const auto& other = models[m].model.info.classes;
    const auto [a, b] = std::ranges::mismatch(first, other);
    const bool same_width =
        models[m].model.net.output_shape()[1] == models[0].model.net.output_shape()[1];
    if (a == first.end() && b == other.end() && same_width) continue;
    const auto name = [](const auto& list, auto at) {
      return at == list.end() ? std::string("missing") : "\"" + *at + "\"";
    };
    throw ConfigError("models that are averaged must have the same classes; class " +
                      std::to_string(a - first.begin()) + " of the first is " + name(first, a) +
                      ", of model " + std::to_string(m + 1) + " " + name(other, b));
  }
}

Evaluation evaluate_views(std::span<const ViewedModel> models, Averaged average, Context& ctx,
                          const EvaluationOptions& options) {
  if (models.empty()) throw ArgumentError("evaluation: no model");
  check_same_classes(models);
  check_same_batches(models);
  std::deque<Member> members;
  for (const ViewedModel& viewed : models) {
    check_fit(viewed.model.net, viewed.source, "evaluation");
    const int64_t rows = viewed.source.views() * viewed.source.samples();
    members.emplace_back(viewed, average, ctx, std::min(options.batch, rows),
                         share_of(options.processes));
  }
  BatchSource& source = models[0].source;
  Evaluation evaluation{{}, ConfusionMatrix(models[0].model.net.output_shape()[1]), {}};
  AnswerCollector answers(ctx, models[0].model, source.image(), options.worst, evaluation);
  Means means(models[0], average, std::ssize(models), options.processes);
  const auto begin = std::chrono::steady_clock::now();
  for (int64_t i = 0; i < source.batches(); i++) {
    means.begin(members[0].next());
    for (size_t m = 1; m < members.size(); m++) members[m].next();
    for (Member& member : members) member.add_scores(means.sums());
    means.finish(evaluation.metrics, answers);
  }
  const auto end = std::chrono::steady_clock::now();
  evaluation.seconds = std::chrono::duration<double>(end - begin).count();
  answers.finish(options.processes);
  return evaluation;
}

}  // namespace fovea
