// SPDX-License-Identifier: GPL-3.0-or-later
// Numbers in the form of the second paper's published ones, made up, of a model of three layers and two slots.
#pragma once
#include "core/data/json.h"

namespace mnemo::test {

/// @param cosineTokens tokens of the prompt whose cosines there are
inline Json publishedIoi(int cosineTokens = 2)
{
    Json tokens = Json::array(), cosines = Json::array();
    for (int i = 0; i < cosineTokens; ++i) {
        tokens.push_back("token_" + std::to_string(i));
        Json row = Json::array();
        for (int j = 0; j < cosineTokens; ++j)
            row.push_back(i == j ? 1 : 0.5);
        cosines.push_back(std::move(row));
    }
    const Json matrix{{"tokens", tokens}, {"matrix", cosines}};
    return {{"layer_removal_correct_answer_relative_probability", {0.25, 0.5, 0.75}},
            {"fig5_minimal_cross_talk_proportion_read_from_figure", {{"1", 1}, {"2", 0.25}}},
            {"subtract_and_add_success[y=position substituted][x=position averaged]",
             Json::array({Json::array({1, 0.75}), Json::array({0.5, 1})})},
            {"fig8_replace_success_read_from_figure_approx", Json::array({Json::array({1, 0}), Json::array({0, 1})})},
            {"cosine_similarity_layer39_one_prompt",
             {{"Similarity of B x_i to B x_j on layer 39", matrix},
              {"Similarity of h_i to h_j on layer 39", matrix},
              {"Similarity of B x_i to h_j on layer 39", matrix},
              {"Similarity of A_bar^(...) B x_i to h_j on layer 39", matrix}}},
            {"eap_ig_metric_by_alpha_first_batches", {{"0", {1, 1}}, {"0.5", {0.125, 0.375}}, {"1", {0, 0}}}},
            {"eap_non_positional",
             {{"total_edges", 100},
              {"kept_edges_at_85pct_accuracy", {25, 20}},
              {"search_probe", {{"edges", 50}, {"normalized_logit_diff", 0.875}, {"accuracy", 0.75}}},
              {"acdc_after", {{"avg_normalized_logit_diff", 0.5}, {"held_out_accuracy", 0.625}}}}}};
}

}  // namespace mnemo::test
