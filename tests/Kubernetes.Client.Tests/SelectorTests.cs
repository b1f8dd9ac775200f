using Kubernetes.Models;

namespace Kubernetes.Client.Tests;

public sealed class SelectorTests
{
    private static readonly Dictionary<string, string> Web = new() { ["app"] = "web", ["tier"] = "front" };

    public static TheoryData<LabelSelector, string, bool> Selectors() =>
        new()
        {
            { new LabelSelector(), "", true },
            { Labels(("app", "web")), "app=web", true },
            { Labels(("tier", "front"), ("app", "web")), "app=web,tier=front", true },
            { Labels(("app", "db")), "app=db", false },
            { Labels(("none", "")), "none=", false },
            { Where("app", "In", "web", "db"), "app in (db,web)", true },
            { Where("app", "In", "db"), "app in (db)", false },
            { Where("none", "In", "db"), "none in (db)", false },
            { Where("app", "NotIn", "db"), "app notin (db)", true },
            { Where("app", "NotIn", "web"), "app notin (web)", false },
            { Where("none", "NotIn", "db"), "none notin (db)", true },
            { Where("app", "Exists"), "app", true },
            { Where("none", "Exists"), "none", false },
            { Where("none", "DoesNotExist"), "!none", true },
            { Where("app", "DoesNotExist"), "!app", false },
            {
                Labels(("app", "web")) with
                {
                    MatchExpressions =
                    [
                        Where("tier", "Exists").MatchExpressions![0],
                        Where("x/y", "DoesNotExist").MatchExpressions![0],
                    ],
                },
                "app=web,tier,!x/y",
                true
            },
        };

    [Theory]
    [MemberData(nameof(Selectors))]
    public void A_selector_is_this_text_and_selects_so(LabelSelector selector, string text, bool matches)
    {
        selector.Validate().ShouldBeEmpty();
        selector.ToSelectorString().ShouldBe(text);
        selector.Matches(Web).ShouldBe(matches);
    }

    [Fact]
    public void No_labels_are_labels_too()
    {
        new LabelSelector().Matches(null).ShouldBeTrue();
        Where("app", "DoesNotExist").Matches(null).ShouldBeTrue();
        Labels(("app", "web")).Matches(null).ShouldBeFalse();
    }

    public static TheoryData<LabelSelector, string> Wrong() =>
        new()
        {
            {
                Where("app", "Equals", "x"),
                "s.matchExpressions[0].operator: 'Equals' is not one of In, NotIn, Exists, DoesNotExist"
            },
            { Where("app", ""), "s.matchExpressions[0].operator: '' is not one of" },
            { Where("app", "In"), "s.matchExpressions[0].values: must not be empty when operator is In" },
            { Where("app", "Exists", "x"), "s.matchExpressions[0].values: must be empty when operator is Exists" },
            { Where("", "Exists"), "s.matchExpressions[0].key: '' is not a label name" },
            {
                Where("A/b", "Exists"),
                "s.matchExpressions[0].key: 'A/b' is not a label name: 'A' is not a lower-case DNS name"
            },
            { Where("a/b/c", "Exists"), "s.matchExpressions[0].key: 'a/b/c' is not a label name" },
            { Where("app", "In", "a b"), "s.matchExpressions[0].values[0]: 'a b' is not a label value" },
            { Labels(("app", new string('x', 64))), "s.matchLabels[app]: " },
            { Labels(("app", "x\n")), "s.matchLabels[app]: " },
            { Labels(("-app", "x")), "s.matchLabels: '-app' is not a label name" },
        };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_wrong_selector_says_where_and_why(LabelSelector selector, string expected)
    {
        selector.Validate("s").Single().ShouldStartWith(expected);
        Should.Throw<ArgumentException>(() => selector.ToSelectorString()).ParamName.ShouldBe("selector");
    }

    [Fact]
    public void An_operator_that_has_no_meaning_selects_nothing_silently() =>
        Should
            .Throw<ArgumentException>(() => Where("app", "Equals", "web").Matches(Web))
            .Message.ShouldContain("operator");

    private static LabelSelector Labels(params (string Key, string Value)[] labels) =>
        new() { MatchLabels = labels.ToDictionary(label => label.Key, label => label.Value) };

    private static LabelSelector Where(string key, string @operator, params string[] values) =>
        new()
        {
            MatchExpressions =
            [
                new LabelSelectorRequirement
                {
                    Key = key,
                    Operator = @operator,
                    Values = values.Length == 0 ? null : values,
                },
            ],
        };
}
