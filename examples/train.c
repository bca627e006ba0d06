/* SPDX-License-Identifier: Apache-2.0 */
/* Trains a net on made-up pictures, saves it, loads it and puts it to use, in C.
 *   train [MODEL [PICTURE]]    where the model and a sample picture are written */
#include <fovea.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SIDE = 8, PIXELS = SIDE * SIDE, CLASSES = 4, BATCH = 16, STEPS = 40 };

/* [config] */
static const char kConfig[] =
    "{\"model\": {\"input\": [1, 8, 8], \"layers\": ["
    "  {\"type\": \"conv2d\", \"out_channels\": 8, \"kernel_size\": 3}, {\"type\": \"relu\"},"
    "  {\"type\": \"flatten\"}, {\"type\": \"linear\", \"out_features\": 4}]},"
    " \"classes\": [\"first\", \"second\", \"third\", \"fourth\"], \"mean\": 0.3,"
    " \"batch_size\": 16, \"optimizer\": {\"type\": \"sgd\", \"lr\": 0.05}}";
/* [config] */

/* Noise, and a bright line whose place tells the class. */
static void draw(int label, uint8_t* pixels) {
  for (int i = 0; i < PIXELS; i++) pixels[i] = (uint8_t)(rand() % 100);
  memset(pixels + 2 * label * SIDE, 230, SIDE);
}

static int fail(const char* what, const fovea_error* error) {
  fprintf(stderr, "%s: %s\n", what, error->message);
  return 1;
}

/* [train] */
static int train(const char* path) {
  fovea_error error;
  fovea_learner* learner = fovea_learner_create(kConfig, 1, &error);
  if (!learner) return fail("create", &error);
  uint8_t pixels[BATCH * PIXELS];
  int32_t labels[BATCH];
  fovea_status status = FOVEA_OK;
  for (int step = 1; step <= STEPS && status == FOVEA_OK; step++) {
    for (int i = 0; i < BATCH; i++) draw(labels[i] = rand() % CLASSES, pixels + i * PIXELS);
    float loss;
    status = fovea_learner_step(learner, pixels, labels, BATCH, &loss, NULL, &error);
    if (step % 10 == 0) printf("step %d  loss %g\n", step, loss);
  }
  if (status == FOVEA_OK) status = fovea_learner_save(learner, path, &error);
  fovea_learner_free(learner);
  return status == FOVEA_OK ? 0 : fail("train", &error);
}
/* [train] */

/* Writes a picture in PGM form: the bytes in `file`, their number returned. */
static size_t encode(const uint8_t* pixels, char* file) {
  const int head = sprintf(file, "P5 %d %d 255\n", SIDE, SIDE);
  memcpy(file + head, pixels, PIXELS);
  return (size_t)head + PIXELS;
}

static int use(const char* path, const char* picture) {
  fovea_error error;
  fovea_model* model = fovea_model_load(path, 1, &error);
  if (!model) return fail("load", &error);
  int right = 0;
  for (int i = 0; i < 100; i++) {
    uint8_t pixels[PIXELS];
    char file[PIXELS + 64];
    float p[CLASSES], same[CLASSES];
    const int label = rand() % CLASSES;
    draw(label, pixels);
    const size_t size = encode(pixels, file);
    if (fovea_predict(model, pixels, 1, p, &error) != FOVEA_OK ||
        fovea_predict_encoded(model, file, size, same, &error) != FOVEA_OK) {
      fovea_model_free(model);
      return fail("predict", &error);
    }
    int best = 0;
    for (int k = 1; k < CLASSES; k++) best = p[k] > p[best] ? k : best;
    right += best == label && memcmp(p, same, sizeof p) == 0;
    FILE* out = i == 0 && picture ? fopen(picture, "wb") : NULL;
    if (out) {
      fwrite(file, 1, size, out);
      fclose(out);
      printf("the picture's class is %s\n", fovea_model_class_name(model, label));
    }
  }
  fovea_model_free(model);
  printf("%d of 100 right\n", right);
  return right < 90;
}

int main(int argc, char** argv) {
  const char* path = argc > 1 ? argv[1] : "model.safetensors";
  return train(path) || use(path, argc > 2 ? argv[2] : NULL);
}
