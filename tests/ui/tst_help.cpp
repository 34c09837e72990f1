// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>

#include "core/data/metric.h"
#include "core/io/paths.h"
#include "ui/about_dialog.h"
#include "ui/actions.h"
#include "ui/glossary.h"
#include "ui/help_window.h"
#include "ui/program_facts.h"
#include "ui/schema_form.h"
#include "ui/search_page.h"

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QFile>
#include <QLineEdit>
#include <QMainWindow>
#include <QMap>
#include <QMenuBar>
#include <QPrinter>
#include <QPushButton>
#include <QScrollBar>
#include <QTemporaryDir>
#include <QTextBlock>
#include <QTextBrowser>
#include <algorithm>

using namespace mnemo;

namespace {

Glossary shipped()
{
    return Glossary::load(MNEMO_BIN_DIR "/../share/mnemoscope/glossary.json");
}

const KeyGroup* group(const std::vector<KeyGroup>& groups, const QString& title)
{
    const auto it = std::ranges::find(groups, title, &KeyGroup::title);
    return it == groups.end() ? nullptr : &*it;
}

}  // namespace

class TestHelp : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theGlossaryExplainsWhatTheWindowAsksFor()
    {
        const Glossary glossary = shipped();
        QVERIFY(!glossary.isEmpty());
        QStringList keys{"subject",   "swap",  "target",      "foil",    "corrupted_run",
                         "direction", "align", "not_trained", "beside",  "window",
                         "prefix",    "h",     "a",           "c",       "s",
                         "g",         "o",     "attn",        "mlp_act", "mlp"};
        for (const Metric metric : allMetrics)
            keys << QString::fromUtf8(metricName(metric).data(), qsizetype(metricName(metric).size()));
        for (const QString& key : keys)
            QVERIFY2(!glossary.shortText(key).isEmpty(), qPrintable(key));
    }

    void everyTermIsWhole()
    {
        const Glossary glossary = shipped();
        QSet<QString> terms;
        QStringList groups;
        for (const Glossary::Entry& entry : glossary.entries()) {
            QVERIFY2(!entry.term.isEmpty() && !entry.group.isEmpty(), qPrintable(entry.key));
            QVERIFY2(entry.definition.endsWith('.'), qPrintable(entry.key));
            QVERIFY2(entry.definition.size() < 320, qPrintable(entry.key));  // a tooltip
            QVERIFY2(!terms.contains(entry.term), qPrintable(entry.term));
            terms.insert(entry.term);
            if (groups.isEmpty() || groups.last() != entry.group) {
                QVERIFY2(!groups.contains(entry.group), qPrintable(entry.key));  // each stands together
                groups << entry.group;
            }
        }
        for (const char* word : {"ROME", "Covariance", "Clamp factor", "Logit lens", "Knock-out", "Path-specific",
                                 "Efficacy (ES)", "Score S", "Linear relation (LRE)", "Faithfulness", "(EAP)"})
            QVERIFY2(std::ranges::any_of(terms, [&](const QString& term) { return term.contains(word); }), word);
    }

    void aGlossaryThatCannotBeReadIsEmpty()
    {
        QVERIFY(Glossary::load("/nowhere/glossary.json").isEmpty());
        QTemporaryDir folder;
        QFile file(folder.filePath("broken.json"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("{\"entries\": {\"ie\": [1], \"p\": {\"term\": 3}, ");
        file.close();
        const Glossary broken = Glossary::load(file.fileName());
        QVERIFY(broken.isEmpty());
        QVERIFY(broken.text("ie").isEmpty());
    }

    void termsReachTooltipAndScreenReader()
    {
        QLineEdit field;
        shipped().explain(&field, "swap");
        QVERIFY(field.toolTip().contains("Swap"));
        QCOMPARE(field.whatsThis(), field.toolTip());
        QCOMPARE(field.accessibleDescription(), shipped().shortText("swap"));
    }

    void termsReachTheFieldsOfForms()
    {
        const ParamSpec clamp{.key = "clamp_norm", .label = "Clamp", .help = "How far <it> may move."};
        const ParamSpec other{.key = "no_such_term", .label = "Other", .help = "Something else."};
        SchemaForm form({.params = {clamp, other}});
        QCOMPARE(form.field("clamp_norm")->accessibleDescription(), QStringLiteral("How far <it> may move."));
        form.explain(shipped());
        const QWidget* field = form.field("clamp_norm");
        QVERIFY(field->toolTip().contains("How far &lt;it&gt; may move.") && field->toolTip().contains("Clamp factor"));
        QVERIFY(field->accessibleDescription().startsWith("How far <it> may move. "));
        QVERIFY(field->accessibleDescription().endsWith(shipped().shortText("clamp")));
        QCOMPARE(form.field("no_such_term")->toolTip(), QStringLiteral("Something else."));
    }

    void theListOfKeysIsMadeFromTheActions()
    {
        QMainWindow window;
        const Actions actions(&window, {});
        const std::vector<KeyGroup> groups = menuKeys(*window.menuBar());
        const KeyGroup* experiment = group(groups, "Experiment");
        QVERIFY(experiment);
        const auto trace = std::ranges::find(experiment->rows, QStringLiteral("Trace"), &KeyRow::what);
        QVERIFY(trace != experiment->rows.end());
        QCOMPARE(trace->keys, QStringLiteral("F5"));
        const KeyGroup* edits = group(groups, "Edits");
        QVERIFY(edits);
        const auto apply = std::ranges::find(edits->rows, QStringLiteral("Apply the edit"), &KeyRow::what);
        QCOMPARE(apply->keys, QStringLiteral("Ctrl+Return, Ctrl+Enter"));
        int rows = 0, withKeys = 0;
        for (const KeyGroup& one : groups)
            rows += int(one.rows.size());
        for (const QAction* action : window.findChildren<QAction*>())
            withKeys += !action->shortcut().isEmpty();
        QCOMPARE(rows, withKeys);
    }

    void noKeyMeansTwoThings()
    {
        QMainWindow window;
        const Actions actions(&window, {});
        QMap<QString, QString> owner;
        for (const QAction* action : window.findChildren<QAction*>())
            for (const QKeySequence& keys : action->shortcuts()) {
                QVERIFY2(!owner.contains(keys.toString()),
                         qPrintable(keys.toString() + ": " + action->text() + " and " + owner[keys.toString()]));
                owner[keys.toString()] = action->text();
            }
        QVERIFY(owner.size() > 20);
    }

    void aListOfKeysIsSearched()
    {
        const std::vector<KeyGroup> groups{{"File", {{"Ctrl+S", "Save session"}, {"Ctrl+O", "Open <session>"}}},
                                           {"In the maps", {{"Space", "Pin the trace"}}}};
        const QString all = keysAsHtml(groups);
        QVERIFY(all.contains("Save session") && all.contains("Pin the trace"));
        QVERIFY(all.contains("Open &lt;session&gt;"));
        const QString saving = keysAsHtml(groups, "ctrl save");
        QVERIFY(saving.contains("Save session") && !saving.contains("Open") && !saving.contains("maps"));
        QVERIFY(keysAsHtml(groups, "maps").contains("Pin the trace"));  // the part of the window
        QVERIFY(keysAsHtml(groups, "nonsense").isEmpty());
        const QStringList lines = keysAsText(groups).split('\n');
        QCOMPARE(lines.size(), 7);  // two titles, three keys, a free line, and the end
        QCOMPARE(lines[0], QStringLiteral("File"));
        QCOMPARE(lines[1].simplified(), QStringLiteral("Ctrl+S Save session"));
        QCOMPARE(lines[4], QStringLiteral("In the maps"));
    }

    void theHelpWindowSearchesAndCopies()
    {
        const Glossary glossary = shipped();
        QWidget window;
        HelpWindow help(glossary, MNEMO_BIN_DIR "/../share/mnemoscope/manual", &window);
        help.showKeys(partKeys());
        auto* keys = help.findChild<SearchPage*>("keysPage");
        QVERIFY(keys->isVisible());
        QVERIFY(keys->text().contains("Shift+drag"));
        keys->setQuery("foil");
        QVERIFY(keys->text().contains("Alt+click") && !keys->text().contains("Shift+drag"));
        keys->findChild<QPushButton*>("helpCopy")->click();
        QCOMPARE(QApplication::clipboard()->text(), keys->text());

        QTemporaryDir folder;
        QPrinter printer;
        printer.setOutputFormat(QPrinter::PdfFormat);
        printer.setOutputFileName(folder.filePath("keys.pdf"));
        keys->setQuery({});
        keys->printTo(printer);
        QFile pdf(folder.filePath("keys.pdf"));
        QVERIFY(pdf.open(QIODevice::ReadOnly));
        QVERIFY(pdf.read(5) == "%PDF-");
        QVERIFY(pdf.size() > 5000);

        help.showGlossary("clamp");
        auto* page = help.findChild<SearchPage*>("glossaryPage");
        QVERIFY(page->isVisible());
        QVERIFY(page->text().contains("Indirect effect (IE)"));
        page->setQuery("harmonic mean");
        QVERIFY(page->text().contains("Score S") && !page->text().contains("Indirect effect (IE)"));
        page->setQuery("qqq");
        QVERIFY(page->text().contains("qqq"));
        help.showGlossary("ie");  // a search that was there does not hide the term
        QVERIFY(page->text().contains("Indirect effect (IE)"));
    }

    void theManualIsReadHereToo()
    {
        const Glossary glossary = shipped();
        QWidget window;
        HelpWindow help(glossary, MNEMO_BIN_DIR "/../share/mnemoscope/manual", &window);
        auto* text = help.findChild<QTextBrowser*>("manualText");
        help.showKeys({});
        QVERIFY(text->document()->isEmpty());  // read when it is looked at
        help.showManual();
        QVERIFY(text->isVisible() && text->toPlainText().startsWith("Mnemoscope: the manual"));
        QVERIFY(!text->toPlainText().contains("kbd") && text->toPlainText().contains("F1"));

        QVERIFY(text->verticalScrollBar()->value() == 0);
        help.resize(help.width() - 90, help.height());
        QTest::qWait(300);  // the pictures are fitted once more
        QVERIFY(text->verticalScrollBar()->value() == 0);

        // Each picture is there and fits the page.
        int pictures = 0;
        for (QTextBlock block = text->document()->begin(); block.isValid(); block = block.next())
            for (auto it = block.begin(); !it.atEnd(); ++it)
                if (const QTextImageFormat picture = it.fragment().charFormat().toImageFormat(); picture.isValid()) {
                    const QUrl name(picture.name());
                    const auto image = text->document()->resource(QTextDocument::ImageResource, name).value<QImage>();
                    QVERIFY2(image.width() > 200 && image.width() <= text->width(), qPrintable(picture.name()));
                    pictures += image.width() > text->width() / 2;
                }
        QVERIFY(pictures >= 5);  // as wide as they can be

        // A link of the contents brings its heading to the top.
        Q_EMIT text->anchorClicked(QUrl("#edit-a-fact"));
        QCOMPARE(text->textCursor().block().text(), QStringLiteral("Edit a fact"));
        QVERIFY(text->cursorRect().top() < text->viewport()->height() / 4);
        auto* search = help.findChild<QLineEdit*>("manualSearch");
        search->setText("harmonic mean");
        QTest::keyClick(search, Qt::Key_Return);
        QCOMPARE(text->textCursor().selectedText(), QStringLiteral("harmonic mean"));
        QTest::keyClick(search, Qt::Key_Return);  // the only one, or the first again
        QCOMPARE(text->textCursor().selectedText(), QStringLiteral("harmonic mean"));

        HelpWindow without(glossary, "/nowhere", &window);
        without.showManual();
        QVERIFY(without.findChild<QTextBrowser*>("manualText")->toPlainText().contains("/nowhere/manual.md"));
    }

    void theAboutBoxSaysWhatTheEngineSaid()
    {
        const Json engine = {{"server", {{"version", "9.8"}, {"torch", "7.6.5"}}},
                             {"devices", {"cpu", "cuda:0"}},
                             {"threads", 3},
                             {"cuda_problem", nullptr}};
        const Json model = {
            {"architecture", "mamba"}, {"layers", 24}, {"dtype", "f32"}, {"device", "cpu"}, {"hash", "abc"}};
        const auto facts = programFacts(engine, model, "tiny", "/home/me/settings.ini", "/usr/share/mnemoscope");
        const QString text = asText(facts);
        for (const char* part : {"9.8", "7.6.5", "cpu, cuda:0", "3 threads", "tiny", "24 layers", "abc",
                                 "/home/me/settings.ini", "/usr/share/mnemoscope"})
            QVERIFY2(text.contains(part), qPrintable(QString::fromLatin1(part) + " in\n" + text));
        QVERIFY(text.contains(qVersion()) && text.contains("CUDA: ready"));
        QVERIFY(text.contains(QString::fromStdString(stateDir().string())));
        auto* dialog = new AboutDialog(facts, nullptr);
        dialog->show();
        dialog->findChild<QPushButton*>("aboutCopy")->click();
        QCOMPARE(QApplication::clipboard()->text(), text);
        dialog->close();
        const QString none = asText(programFacts(Json(), Json(), {}, {}, {}));
        QVERIFY(none.contains("not running") && none.contains("safe mode") && none.contains("none is loaded"));
        const Json without = {{"server", {{"version", "1"}}}, {"cuda_problem", "libmnemo_cuda.so is not there"}};
        QVERIFY(asText(programFacts(without, Json(), {}, {}, {})).contains("libmnemo_cuda.so is not there"));
    }
};

QTEST_MAIN(TestHelp)
#include "tst_help.moc"
