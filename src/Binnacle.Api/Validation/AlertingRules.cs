using Binnacle.Api.Syntax;
using FluentValidation;

namespace Binnacle.Api.Validation;

/// <summary>The alerting of a stack.</summary>
internal sealed class AlertingRules : AbstractValidator<AlertingSpec>
{
    // Alertmanager's way to group by every label there is.
    private const string EveryLabel = "...";

    public AlertingRules()
    {
        Include(new ComponentRules());
        RuleForEach(alerting => alerting.Channels).SetValidator(new ChannelRules());
        RuleForEach(alerting => alerting.Routes).SetValidator(new RouteRules());
        RuleFor(alerting => alerting.GroupBy).Custom(GroupBy);
        RuleFor(alerting => alerting.GroupWait).Duration();
        RuleFor(alerting => alerting.GroupInterval).Duration(moreThanZero: true);
        RuleFor(alerting => alerting.RepeatInterval).Duration(moreThanZero: true);
        RuleFor(alerting => alerting).Custom(Names);
        RuleFor(alerting => alerting).Custom(Unreachable);
    }

    private static void GroupBy(IReadOnlyList<string> labels, ValidationContext<AlertingSpec> context)
    {
        for (var i = 0; i < labels.Count; i++)
        {
            if (labels[i] == EveryLabel)
            {
                if (labels.Count > 1)
                {
                    context.Fail($"{context.PropertyPath}[{i}]", "'...' stands for every label: write it alone");
                }
            }
            else if (!LabelName.IsValid(labels[i]))
            {
                context.Fail($"{context.PropertyPath}[{i}]", LabelName.Problem(labels[i])!);
            }
        }
    }

    private static void Names(AlertingSpec alerting, ValidationContext<AlertingSpec> context)
    {
        var known = new HashSet<string>();
        for (var i = 0; i < alerting.Channels.Count; i++)
        {
            if (!known.Add(alerting.Channels[i].Name))
            {
                context.Fail(
                    context.Below($"Channels[{i}].Name"),
                    $"two channels are called '{alerting.Channels[i].Name}': rename one"
                );
            }
        }
        for (var i = 0; i < alerting.Routes.Count; i++)
        {
            Known(alerting.Routes[i].Channels, $"Routes[{i}].Channels");
        }
        Known(alerting.DefaultChannels, "DefaultChannels");

        void Known(IReadOnlyList<string> names, string field)
        {
            for (var i = 0; i < names.Count; i++)
            {
                if (!known.Contains(names[i]))
                {
                    var have =
                        known.Count == 0
                            ? "there are none"
                            : $"there are {string.Join(", ", known.Order(StringComparer.Ordinal))}";
                    context.Fail(context.Below($"{field}[{i}]"), $"no channel is called '{names[i]}': {have}");
                }
            }
        }
    }

    private static void Unreachable(AlertingSpec alerting, ValidationContext<AlertingSpec> context)
    {
        for (var i = 0; i < alerting.Routes.Count - 1; i++)
        {
            if (alerting.Routes[i] is { Severities.Count: 0, Matchers.Count: 0 })
            {
                context.Warn(
                    context.Below($"Routes[{i}]"),
                    "matches every alert, so the routes after it are never reached: move it to the end, or use defaultChannels"
                );
                return;
            }
        }
        if (
            alerting is { Enabled: true, Channels.Count: > 0, DefaultChannels.Count: 0 }
            && !alerting.Routes.Any(route => route is { Severities.Count: 0, Matchers.Count: 0 })
        )
        {
            context.Warn(context.Below("DefaultChannels"), "is empty: nobody is told of alerts that no route matches");
        }
    }

    private sealed class RouteRules : AbstractValidator<Route>
    {
        public RouteRules()
        {
            RuleFor(route => route.Matchers)
                .CheckEach(text =>
                    Matcher.TryParse(text, out _, out var error) ? null : $"'{text}' is no matcher: {error}"
                );
            RuleFor(route => route.Channels)
                .Custom(
                    (channels, context) =>
                    {
                        if (channels.Count == 0)
                        {
                            context.AddFailure("is empty: name at least one channel");
                        }
                    }
                );
            RuleFor(route => route.GroupWait).Duration();
            RuleFor(route => route.GroupInterval).Duration(moreThanZero: true);
            RuleFor(route => route.RepeatInterval).Duration(moreThanZero: true);
        }
    }
}
