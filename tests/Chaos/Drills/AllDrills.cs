namespace Chaos.Drills;

/// <summary>All drills, in the order in which they run.</summary>
internal static class AllDrills
{
    /// <summary>By name.</summary>
    public static IReadOnlyList<IDrill> All { get; } =
    [
        new KillDrill(),
        new RestartDrill(),
        new CutDrill(),
        new PrometheusDrill(),
        new QuotaDrill(),
        new PermissionDrill(),
        new StormDrill(),
    ];
}
