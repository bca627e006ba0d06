/* SPDX-License-Identifier: Apache-2.0 */
/* The most probable class of a picture: classify MODEL PICTURE */
/* [classify] */
#include <fovea.h>
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char** argv) {
  fovea_error error = {FOVEA_ARGUMENT_ERROR, "usage: classify MODEL PICTURE"};
  fovea_model* model = argc == 3 ? fovea_model_load(argv[1], 1, &error) : NULL;
  const int64_t classes = fovea_model_info(model).classes;
  float* p = calloc((size_t)classes + 1, sizeof *p);
  if (model && fovea_predict_file(model, argv[2], p, &error) == FOVEA_OK) {
    int64_t best = 0;
    for (int64_t i = 1; i < classes; i++) best = p[i] > p[best] ? i : best;
    printf("%s %g\n", fovea_model_class_name(model, best), p[best]);
  }
  if (error.status != FOVEA_OK) fprintf(stderr, "error: %s\n", error.message);
  free(p);
  fovea_model_free(model);
  return error.status;
}
/* [classify] */
