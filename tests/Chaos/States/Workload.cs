using System.Globalization;
using Kubernetes.Client;
using Kubernetes.Models;

namespace Chaos.States;

/// <summary>
/// What teams want, in two versions: a tenth of all resources exists in one version only, a fifth differs. Going from one
/// to the other creates, changes and deletes; where one arrives does not depend on the way.
/// </summary>
/// <param name="options">How many of each kind.</param>
/// <param name="run">Part of the namespaces' names.</param>
/// <param name="site">Host and port of something to scrape, probe and notify.</param>
internal sealed class Workload(ChaosOptions options, string run, string site)
{
    private const int Teams = 5;

    /// <summary>Namespace of the stack.</summary>
    public string Home { get; } = $"chaos-{run}";

    /// <summary>Name of the stack.</summary>
    public static string Stack => "main";

    /// <summary>All namespaces.</summary>
    public IReadOnlyList<string> Namespaces => [Home, .. Enumerable.Range(0, Teams).Select(Team)];

    /// <summary>Namespaces and stack, which both versions have.</summary>
    public string Base()
    {
        var namespaces = Namespaces.Select(name =>
            $$$"""
                apiVersion: v1
                kind: Namespace
                metadata: {name: {{{name}}}, labels: {chaos.binnacle.dev/run: "{{{run}}}"}}
                ---
                """
        );
        return string.Join('\n', namespaces)
            + $$$"""

                apiVersion: binnacle.dev/v1alpha1
                kind: MonitoringStack
                metadata: {name: {{{Stack}}}, namespace: {{{Home}}}}
                spec:
                  namespaceSelector: {matchLabels: {chaos.binnacle.dev/run: "{{{run}}}"}}
                  metrics:
                    image: quay.io/prometheus/prometheus:v3.5.3
                    scrapeInterval: 5s
                    evaluationInterval: 5s
                    retention: {time: 1d}
                  alerting:
                    image: quay.io/prometheus/alertmanager:v0.33.1
                    groupBy: [alertname, namespace]
                    groupWait: 1s
                    groupInterval: 5s
                    repeatInterval: 4h
                    channels: [{name: hook, webhook: {url: "http://{{{site}}}/alerts"}}]
                    defaultChannels: [hook]
                  probes:
                    image: quay.io/prometheus/blackbox-exporter:v0.28.0
                """;
    }

    /// <summary>Every resource of a version.</summary>
    public IReadOnlyList<Wish> Version(int version) =>
        [
            .. Enumerable.Range(0, options.Rules).Select(i => Rule(i, version, salt: 0)),
            .. Enumerable.Range(0, options.Targets).Select(i => Target(i, version, salt: 0)),
            .. Enumerable.Range(0, options.Probes).Select(i => Probe(i, version, salt: 0)),
            .. Enumerable.Range(0, options.Dashboards).Select(i => Dashboard(i, version, salt: 0)),
        ];

    /// <summary>Any resource, as neither version has it.</summary>
    public Wish Other(Random random)
    {
        var version = random.Next(2);
        var salt = random.Next(1, 1_000_000);
        return random.Next(10) switch
        {
            < 6 => Rule(random.Next(options.Rules), version, salt),
            < 8 => Target(random.Next(options.Targets), version, salt),
            < 9 => Probe(random.Next(options.Probes), version, salt),
            _ => Dashboard(random.Next(options.Dashboards), version, salt),
        };
    }

    /// <summary>A dashboard beyond those of both versions: a ConfigMap more.</summary>
    public Wish OneMore(int i) =>
        Make("Dashboard", $"more-{i:000}", i, $"{{json: '{{\"title\":\"One more {i}\",\"panels\":[]}}'}}");

    private static bool Differs(int i) => i % 5 == 1;

    // Those that exist in one version only have its number in their names.
    private static string Name(string kind, int i, int version) =>
        i % 10 == 0
            ? string.Create(CultureInfo.InvariantCulture, $"{kind}-{i:000}-v{version}")
            : string.Create(CultureInfo.InvariantCulture, $"{kind}-{i:000}");

    private static int Variant(int i, int version, int salt) =>
        salt > 0 ? salt
        : Differs(i) ? version
        : 0;

    private string Team(int i) => $"{Home}-t{i % Teams}";

    private Wish Rule(int i, int version, int salt) =>
        Make(
            "AlertRule",
            Name("rule", i, version),
            i,
            // Every twentieth fires; of the others none does.
            i % 20
            == 3
                ? $"{{expr: \"vector({Variant(i, version, salt)}) >= 0\", severity: Warning}}"
                : $"{{expr: \"vector({Variant(i, version, salt)}) < 0\", for: 1m, severity: Critical}}"
        );

    private Wish Target(int i, int version, int salt) =>
        Make(
            "ScrapeTarget",
            Name("target", i, version),
            i,
            $"{{static: {{targets: [\"{(i % 10 == 7 ? "127.0.0.1:1" : site)}\"], labels: {{variant: \"{Variant(i, version, salt)}\"}}}}}}"
        );

    private Wish Probe(int i, int version, int salt) =>
        Make(
            "HealthProbe",
            Name("probe", i, version),
            i,
            $"{{type: HTTP, targets: [\"http://{(i % 10 == 7 ? "127.0.0.1:1" : site)}/health?{Variant(i, version, salt)}\"], interval: 5s, timeout: 4s}}"
        );

    private Wish Dashboard(int i, int version, int salt) =>
        Make(
            "Dashboard",
            Name("board", i, version),
            i,
            $"{{json: '{{\"title\":\"Board {i} variant {Variant(i, version, salt)}\",\"panels\":[]}}'}}"
        );

    private Wish Make(string kind, string name, int i, string spec)
    {
        var @namespace = Team(i);
        var yaml = $$"""
            apiVersion: binnacle.dev/v1alpha1
            kind: {{kind}}
            metadata: {name: {{name}}, namespace: {{@namespace}}}
            spec: {{spec}}
            """;
        return new Wish(kind, new ObjectKey(@namespace, name), Manifests.Parse(yaml)[0]);
    }
}

/// <summary>A resource that a team wants.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Key">Namespace and name.</param>
/// <param name="Manifest">What is applied.</param>
internal sealed record Wish(string Kind, ObjectKey Key, DynamicObject Manifest);
