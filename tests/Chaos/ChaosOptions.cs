namespace Chaos;

/// <summary>What is drilled, and how hard.</summary>
internal sealed record ChaosOptions
{
    /// <summary>Names of drills, in this order; empty: all.</summary>
    public IReadOnlyList<string> Drills { get; init; } = [];

    /// <summary>Decides everything that is random; the same one does the same again, as far as time allows.</summary>
    public int Seed { get; init; }

    /// <summary>AlertRules.</summary>
    public int Rules { get; init; } = 500;

    /// <summary>ScrapeTargets.</summary>
    public int Targets { get; init; } = 100;

    /// <summary>HealthProbes.</summary>
    public int Probes { get; init; } = 50;

    /// <summary>Dashboards.</summary>
    public int Dashboards { get; init; } = 10;

    /// <summary>How often the operator is killed.</summary>
    public int Kills { get; init; } = 50;

    /// <summary>How often the API server is killed and started anew.</summary>
    public int Restarts { get; init; } = 10;

    /// <summary>How long connections are cut.</summary>
    public TimeSpan Cut { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long requests fail at random.</summary>
    public TimeSpan Storm { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long a permission or a quota is missing.</summary>
    public TimeSpan Lack { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>The drills follow one another at once, and what came of all of them is compared in the end.</summary>
    public bool Together { get; init; }

    /// <summary>For how long nothing may be written for the first load to count as at rest.</summary>
    public TimeSpan Rest { get; init; } = TimeSpan.FromSeconds(12);

    /// <summary>How long the state may take to be that of a clean run.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(6);

    /// <summary>Few resources, every fault for seconds, one comparison.</summary>
    public ChaosOptions Quick() =>
        this with
        {
            Rules = 60,
            Targets = 10,
            Probes = 5,
            Dashboards = 4,
            Kills = 2,
            Restarts = 1,
            Cut = TimeSpan.FromSeconds(5),
            Storm = TimeSpan.FromSeconds(6),
            Lack = TimeSpan.FromSeconds(2),
            Rest = TimeSpan.FromSeconds(6),
            Together = true,
        };
}
