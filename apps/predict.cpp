// SPDX-License-Identifier: Apache-2.0
// fovea predict
#include "commands.h"
#include "console.h"
#include "device_option.h"
#include "exit_code.h"
#include "picture_inputs.h"

#include <fovea/core/json_writer.h>
#include <fovea/core/terminal.h>
#include <fovea/data/class_names.h>
#include <fovea/optim/picture_pages.h>
#include <fovea/optim/predictor.h>
#include <fovea/optim/run_folder.h>

#include <cmath>

namespace fovea::app {

namespace {

constexpr int kBarWidth = 30;

struct Result {
  std::string name;  // of the picture
  std::vector<Prediction> predictions;
  std::optional<int32_t> truth;
};

std::string bar(float share, const Terminal& terminal) {
  std::string text;
  const long width = std::lround(share * kBarWidth);
  for (long i = 0; i < width; i++) text += terminal.unicode ? "━" : "=";
  return text;
}

std::string as_text(const Result& result, const ModelInfo& model, const Terminal& terminal) {
  std::string text = result.name;
  if (result.truth) text += "  (" + class_name(model.classes, *result.truth) + ")";
  text += "\n";
  std::vector<std::vector<std::string>> rows;
  for (const Prediction& p : result.predictions) {
    rows.push_back({" ", class_name(model.classes, p.label), percent(p.probability, 2),
                    bar(p.probability, terminal)});
    const bool right = result.truth && *result.truth == p.label;
    if (right && terminal.color) rows.back()[3] = "\x1b[32m" + rows.back()[3] + "\x1b[0m";
  }
  return text + table(rows, {false, false, true, false});
}

std::string as_json(const Result& result, const ModelInfo& model) {
  JsonWriter json;
  json.begin_object().key("picture").value(result.name);
  if (result.truth) json.key("label").value(class_name(model.classes, *result.truth));
  json.key("predictions").begin_array();
  for (const Prediction& p : result.predictions) {
    json.begin_object().key("class").value(class_name(model.classes, p.label));
    json.key("label").value(p.label).key("probability").value(p.probability).end_object();
  }
  return json.end_array().end_object().str() + "\n";
}

}  // namespace

int run(const PredictArguments& arguments) {
  Model model = load_model(find_model_file(arguments.model));
  Context ctx({.device = device_from(arguments.device), .threads = arguments.threads});
  model.net.move_to(ctx.device());
  Predictor predictor(model, ctx);
  const Terminal terminal = Terminal::of(1);
  std::optional<PredictionPages> pages;
  if (!arguments.save.empty()) pages.emplace(arguments.save, model.info.classes);
  const InputOptions inputs{.channels = predictor.image()[2] == 1 ? 1 : 3,
                            .exif = model.info.preprocessing.exif,
                            .first = arguments.first};
  const int64_t bad = for_each_picture(arguments.inputs, inputs, [&](const InputPicture& picture) {
    const Result result{picture.name, predictor.predict(picture.image, arguments.top, picture.name),
                        picture.truth};
    print(arguments.json ? as_json(result, model.info) : as_text(result, model.info, terminal));
    if (pages) pages->add(picture.name, picture.image, result.predictions, result.truth);
  });
  if (pages) {
    for (const std::string& page : pages->finish()) log_line("page: " + page);
  }
  return bad == 0 ? kDone : kBadData;
}

}  // namespace fovea::app
