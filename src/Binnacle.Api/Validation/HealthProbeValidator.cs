using Binnacle.Api.Syntax;
using FluentValidation;

namespace Binnacle.Api.Validation;

/// <summary>Checks a HealthProbe.</summary>
public static class HealthProbeValidator
{
    private static readonly Rules Instance = new();

    /// <summary>What is wrong with the probe; empty when nothing is.</summary>
    public static IReadOnlyList<FieldProblem> Validate(HealthProbe probe) => ResourceValidator.Run(Instance, probe);

    private sealed class Rules : AbstractValidator<HealthProbe>
    {
        public Rules() => RuleFor(probe => probe.Spec).SetValidator(new SpecRules());
    }

    private sealed class SpecRules : AbstractValidator<HealthProbeSpec>
    {
        public SpecRules()
        {
            RuleFor(spec => spec).Custom(Targets);
            RuleFor(spec => spec).Custom(OptionsOfOtherTypes);
            RuleFor(spec => spec.Interval).Duration(moreThanZero: true);
            RuleFor(spec => spec.Timeout).Duration(moreThanZero: true);
            RuleFor(spec => spec.DegradedAfter).Duration(moreThanZero: true);
            RuleFor(spec => spec).Custom(Times);
            RuleFor(spec => spec.Alerts.Down.For).Duration();
            RuleFor(spec => spec.Alerts.Degraded.For).Duration();
            RuleFor(spec => spec.Alerts.CertificateExpiry.Before).Duration(moreThanZero: true);
            RuleFor(spec => spec.Labels).Labels();
            When(
                spec => spec.Services is not null,
                () =>
                    RuleFor(spec => spec.Services!.Path)
                        .Check(path =>
                            path.StartsWith('/') ? null : $"'{path}' is no path: it begins with /, such as /healthz"
                        )
            );
            RuleFor(spec => spec.Http!).SetValidator(new HttpProbeRules());
            RuleFor(spec => spec.Tcp!).SetValidator(new TcpProbeRules());
            RuleFor(spec => spec.Tls!).SetValidator(new TlsRules());
            RuleFor(spec => spec.Dns!).SetValidator(new DnsProbeRules());
            When(spec => spec.Grpc is not null, () => RuleFor(spec => spec.Grpc!.Tls!).SetValidator(new TlsRules()));
        }

        private static void Targets(HealthProbeSpec spec, ValidationContext<HealthProbeSpec> context)
        {
            context.ExactlyOne(
                context.PropertyPath,
                ("targets", spec.Targets is { Count: > 0 }),
                ("services", spec.Services is not null)
            );
            var targets = spec.Targets ?? [];
            for (var i = 0; i < targets.Count; i++)
            {
                if (TargetProblem(spec.Type, targets[i]) is { } problem)
                {
                    context.Fail(context.Below($"Targets[{i}]"), problem);
                }
                if (targets.Take(i).Contains(targets[i]))
                {
                    context.Fail(context.Below($"Targets[{i}]"), $"'{targets[i]}' is given twice");
                }
            }
        }

        private static string? TargetProblem(ProbeType type, string target) =>
            type switch
            {
                ProbeType.Http => Addresses.UrlProblem(target, ["https", "http"]),
                ProbeType.Icmp => target.Contains("://", StringComparison.Ordinal)
                || target.Contains('/', StringComparison.Ordinal)
                    ? $"'{target}' is no host: write only a host name or IP address for type ICMP"
                : Addresses.HostProblem(target) is { } problem ? $"{problem}; type ICMP takes no port"
                : null,
                ProbeType.Dns => Addresses.HostOptionalPortProblem(target),
                _ => Addresses.HostPortProblem(target),
            };

        private static void OptionsOfOtherTypes(HealthProbeSpec spec, ValidationContext<HealthProbeSpec> context)
        {
            foreach (
                var (field, type, given) in new[]
                {
                    ("Http", ProbeType.Http, spec.Http is not null),
                    ("Tcp", ProbeType.Tcp, spec.Tcp is not null),
                    ("Tls", ProbeType.Tls, spec.Tls is not null),
                    ("Dns", ProbeType.Dns, spec.Dns is not null),
                    ("Grpc", ProbeType.Grpc, spec.Grpc is not null),
                    ("Icmp", ProbeType.Icmp, spec.Icmp is not null),
                }
            )
            {
                if (given && spec.Type != type)
                {
                    context.Fail(
                        context.Below(field),
                        $"holds options of type {type.ToString().ToUpperInvariant()}, but the type is {spec.Type.ToString().ToUpperInvariant()}: leave it out"
                    );
                }
            }
            if (spec is { Type: ProbeType.Dns, Dns: null })
            {
                context.Fail(
                    context.Below("Dns"),
                    "is required for type DNS: dns.name says what to ask the servers in targets for"
                );
            }
        }

        private static void Times(HealthProbeSpec spec, ValidationContext<HealthProbeSpec> context)
        {
            if (!PromDuration.TryParse(spec.Timeout, out var timeout))
            {
                return;
            }
            if (PromDuration.TryParse(spec.Interval, out var interval) && timeout > interval)
            {
                context.Fail(
                    context.Below("Timeout"),
                    $"{spec.Timeout} is longer than interval ({spec.Interval}): make it at most as long"
                );
            }
            if (PromDuration.TryParse(spec.DegradedAfter, out var degraded) && degraded >= timeout)
            {
                context.Warn(
                    context.Below("DegradedAfter"),
                    $"{spec.DegradedAfter} is not shorter than timeout ({spec.Timeout}): a target is down before it is degraded"
                );
            }
        }
    }
}
