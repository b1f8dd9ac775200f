using Binnacle.Api.Syntax;
using FluentValidation;

namespace Binnacle.Api.Validation;

/// <summary>Checks a ScrapeTarget.</summary>
public static class ScrapeTargetValidator
{
    private static readonly Rules Instance = new();

    /// <summary>What is wrong with the target; empty when nothing is.</summary>
    public static IReadOnlyList<FieldProblem> Validate(ScrapeTarget target) => ResourceValidator.Run(Instance, target);

    private sealed class Rules : AbstractValidator<ScrapeTarget>
    {
        public Rules() => RuleFor(target => target.Spec).SetValidator(new SpecRules());
    }

    private sealed class SpecRules : AbstractValidator<ScrapeTargetSpec>
    {
        public SpecRules()
        {
            RuleFor(spec => spec).Custom(OneDiscovery);
            RuleFor(spec => spec.Job)
                .Check(job => string.IsNullOrWhiteSpace(job) ? "is blank: leave it out to use metadata.name" : null);
            RuleFor(spec => spec.Path).Check(Path);
            RuleFor(spec => spec.Interval).Duration(moreThanZero: true);
            RuleFor(spec => spec.Timeout).Duration(moreThanZero: true);
            RuleFor(spec => spec).Custom(TimeoutWithinInterval);
            RuleFor(spec => spec.Labels).Labels();
            RuleForEach(spec => spec.Relabelings).SetValidator(new RelabelingRules());
            RuleForEach(spec => spec.MetricRelabelings).SetValidator(new RelabelingRules());
            RuleFor(spec => spec.Static!).SetValidator(new StaticRules());
            RuleFor(spec => spec.Dns!).SetValidator(new DnsRules());
            RuleFor(spec => spec.Http!).SetValidator(new HttpRules());
            RuleFor(spec => spec.Authorization!).SetValidator(new AuthorizationRules());
            RuleFor(spec => spec.Tls!).SetValidator(new TlsRules());
            When(spec => spec.Limits is not null, () => RuleFor(spec => spec.Limits!.BodySize).Amount());
        }

        private static string? Path(string path) =>
            path.StartsWith('/') ? null : $"'{path}' is no path: it begins with /, such as /metrics";

        private static void OneDiscovery(ScrapeTargetSpec spec, ValidationContext<ScrapeTargetSpec> context)
        {
            context.ExactlyOne(
                context.PropertyPath,
                ("services", spec.Services is not null),
                ("pods", spec.Pods is not null),
                ("static", spec.Static is not null),
                ("dns", spec.Dns is not null),
                ("http", spec.Http is not null)
            );
            if (spec is { Scheme: Scheme.Http, Tls: not null })
            {
                context.Warn(context.Below("Tls"), "has no effect with scheme HTTP: set scheme: HTTPS");
            }
        }

        private static void TimeoutWithinInterval(ScrapeTargetSpec spec, ValidationContext<ScrapeTargetSpec> context)
        {
            if (
                PromDuration.TryParse(spec.Timeout, out var timeout)
                && PromDuration.TryParse(spec.Interval, out var interval)
                && timeout > interval
            )
            {
                context.Fail(
                    context.Below("Timeout"),
                    $"{spec.Timeout} is longer than interval ({spec.Interval}): make it at most as long"
                );
            }
        }
    }

    private sealed class StaticRules : AbstractValidator<StaticTargets>
    {
        public StaticRules()
        {
            RuleFor(targets => targets.Targets)
                .Custom(
                    (targets, context) =>
                    {
                        if (targets.Count == 0)
                        {
                            context.AddFailure("is empty: write at least one address, such as db.example:9187");
                        }
                    }
                );
            RuleFor(targets => targets.Targets).CheckEach(Addresses.HostPortProblem, unique: true);
            RuleFor(targets => targets.Labels).Labels();
        }
    }

    private sealed class DnsRules : AbstractValidator<DnsTargets>
    {
        public DnsRules()
        {
            RuleFor(dns => dns.Names)
                .CheckEach(name =>
                    name.Length > 0 && !name.Any(c => char.IsWhiteSpace(c) || c is '/' or ':')
                        ? null
                        : $"'{name}' is no DNS name, such as _metrics._tcp.cache.example.com"
                );
            RuleFor(dns => dns)
                .Custom(
                    (dns, context) =>
                    {
                        if (dns.Names.Count == 0)
                        {
                            context.Fail(context.Below("Names"), "is empty: write at least one name");
                        }
                        if (dns.Type != DnsRecordType.SRV && dns.Port is null)
                        {
                            context.Fail(
                                context.Below("Port"),
                                $"is required for {dns.Type} records: only SRV records carry a port"
                            );
                        }
                    }
                );
        }
    }

    private sealed class HttpRules : AbstractValidator<HttpTargets>
    {
        public HttpRules()
        {
            RuleFor(http => http.Url).Url();
            RuleFor(http => http.RefreshInterval).Duration(moreThanZero: true);
        }
    }

    private sealed class AuthorizationRules : AbstractValidator<TargetAuthorization>
    {
        public AuthorizationRules()
        {
            RuleFor(authorization => authorization)
                .Custom(
                    (authorization, context) =>
                        context.ExactlyOne(
                            context.PropertyPath,
                            ("bearerTokenRef", authorization.BearerTokenRef is not null),
                            ("basicAuthRef", authorization.BasicAuthRef is not null),
                            ("oauth2", authorization.OAuth2 is not null)
                        )
                );
            RuleFor(authorization => authorization.BearerTokenRef!).SetValidator(new SecretKeyRefRules());
            RuleFor(authorization => authorization.BasicAuthRef!).SetValidator(new BasicAuthRefRules());
            RuleFor(authorization => authorization.OAuth2!).SetValidator(new OAuth2Rules());
        }
    }

    private sealed class OAuth2Rules : AbstractValidator<OAuth2>
    {
        public OAuth2Rules()
        {
            RuleFor(oauth2 => oauth2.ClientId).NotBlank("write the client identifier");
            RuleFor(oauth2 => oauth2.ClientSecretRef).SetValidator(new SecretKeyRefRules());
            RuleFor(oauth2 => oauth2.TokenUrl).Url();
        }
    }
}
