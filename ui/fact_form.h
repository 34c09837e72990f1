// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/error.h"
#include "core/data/json.h"

#include <QString>
#include <QStringList>
#include <optional>

namespace mnemo {

/// What the prompt panel says: one prompt, its subject, and how it is corrupted. Plain value.
struct FactForm {
    QString prompt;   ///< template with {}, or the whole prompt with the subject in it once
    QString subject;  ///< replaces {}
    QString swap;     ///< other subject of the corrupted run; unused unless swaps()
    QString target;   ///< answer to score; empty: the model's own
    QString foil;     ///< competitor; empty: the corrupted run's answer
    int targetId = -1;
    int foilId = -1;
    double noise = 0;       ///< σ multiple on the subject's embeddings; 0: none
    bool unedited = false;  ///< the corrupted run is the same prompt without the edits that are on
    bool alignRight = false;
    QString prefix = QStringLiteral("none");
    QString direction = QStringLiteral("restore");

    bool swaps() const { return noise <= 0 && !unedited; }
    bool operator==(const FactForm&) const = default;
};

/// The prompt as the model reads it (without prefix), or with the swap in the subject's place.
QString cleanText(const FactForm& form);
QString corruptText(const FactForm& form);

/// The sentence with {} in the subject's place, as files of facts have it; empty when the subject is not in it.
QString promptTemplate(const FactForm& form);

/// Code points before the subject's last place in cleanText(); −1 when it is not there.
int subjectBegin(const FactForm& form);

/// What keeps this form from being traced, before any engine is asked.
std::optional<Error> checkForm(const FactForm& form);

/// Parameters shared by the experiments trace and patch (docs/json.md).
Json factParameters(const FactForm& form);
FactForm formFromParameters(const Json& parameters);

/// The same trace on the command line.
QString asCommand(const FactForm& form, const QString& model, const QString& window);

/// The text as one word of a command line.
QString shellQuoted(QString text);

/// Longest of the known subjects that occurs in the prompt, else its last span of capitalised words, else empty.
QString guessSubject(const QString& prompt, const QStringList& known);

/// What a reader should know of the text before tracing it: a trailing or double space, an odd start.
QStringList spaceWarnings(const QString& text);

}  // namespace mnemo
