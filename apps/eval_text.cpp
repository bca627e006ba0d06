// SPDX-License-Identifier: Apache-2.0
#include "eval_text.h"

#include "console.h"
#include "metrics_text.h"

#include <fovea/core/json_writer.h>
#include <fovea/data/class_names.h>

#include <cmath>

namespace fovea::app {

namespace {

bool averages(const EvaluationSubject& subject) {
  return subject.models.size() > 1 || subject.views > 1;
}

std::string share(double value) { return std::isnan(value) ? "-" : percent(value, 2); }

// Calls row(class, score) for each class that has a name or took part.
template <class Row>
void each_class(const EvaluationSubject& subject, const Evaluation& evaluation, Row row) {
  for (int64_t c = 0; c < evaluation.confusion.classes(); c++) {
    const ConfusionMatrix::ClassScore score = evaluation.confusion.score(c);
    const bool named = c < std::ssize(subject.classes);
    if (named || score.support > 0 || score.predicted > 0) row(c, score);
  }
}

std::string class_table(const EvaluationSubject& subject, const Evaluation& evaluation) {
  std::vector<std::vector<std::string>> rows{{"class", "samples", "precision", "recall", "F1"}};
  each_class(subject, evaluation, [&](int64_t c, const ConfusionMatrix::ClassScore& score) {
    rows.push_back({class_name(subject.classes, c), grouped(score.support),
                    share(score.precision()), share(score.recall()), share(score.f1())});
  });
  return table(rows, {false, true, true, true, true});
}

// NaN is no JSON: left out.
void write_share(JsonWriter& json, const char* key, double value) {
  if (!std::isnan(value)) json.key(key).value(value);
}

void write_classes(JsonWriter& json, const EvaluationSubject& subject,
                   const Evaluation& evaluation) {
  json.key("classes").begin_array();
  each_class(subject, evaluation, [&](int64_t c, const ConfusionMatrix::ClassScore& score) {
    json.begin_object().key("class").value(class_name(subject.classes, c));
    json.key("samples").value(score.support).key("predicted").value(score.predicted);
    json.key("right").value(score.right);
    write_share(json, "precision", score.precision());
    write_share(json, "recall", score.recall());
    write_share(json, "f1", score.f1());
    json.end_object();
  });
  json.end_array().key("confusion").begin_array();
  for (const auto& pair : evaluation.confusion.worst_pairs(20)) {
    json.begin_object().key("class").value(class_name(subject.classes, pair.truth));
    json.key("taken_for").value(class_name(subject.classes, pair.predicted));
    json.key("samples").value(pair.count).end_object();
  }
  json.end_array();
}

}  // namespace

std::string evaluation_as_text(const EvaluationSubject& subject, const Evaluation& evaluation,
                               bool per_class) {
  std::string text;
  for (const std::string& model : subject.models) text += (text.empty() ? "" : ", ") + model;
  text += ": " + grouped(evaluation.metrics.samples) + " samples  " + text_of(evaluation.metrics) +
          "  " + fixed(evaluation.images_per_second(), 0) + " images/s\n";
  if (averages(subject)) {
    const auto models = static_cast<int64_t>(subject.models.size());
    text += "mean " + std::string(enum_name(subject.average)) + " of " +
            (models > 1 ? std::to_string(models) + " models, " : "") +
            std::to_string(subject.views) + (subject.views > 1 ? " views" : " view") +
            " of each picture\n";
  }
  return per_class ? text + class_table(subject, evaluation) : text;
}

std::string evaluation_as_json(const EvaluationSubject& subject, const Evaluation& evaluation,
                               bool per_class) {
  JsonWriter json;
  json.begin_object().key("model").value(subject.models[0]);
  if (subject.models.size() > 1) {
    json.key("models").begin_array();
    for (const std::string& model : subject.models) json.value(model);
    json.end_array();
  }
  write_members(json, evaluation.metrics);
  json.key("images_per_second").value(evaluation.images_per_second());
  if (averages(subject)) {
    json.key("views").value(subject.views);
    json.key("average").value(enum_name(subject.average));
  }
  if (per_class) write_classes(json, subject, evaluation);
  return json.end_object().str() + "\n";
}

}  // namespace fovea::app
