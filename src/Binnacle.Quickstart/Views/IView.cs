namespace Binnacle.Quickstart.Views;

/// <summary>Where the quickstart tells what it does.</summary>
internal interface IView
{
    /// <summary>Says one thing.</summary>
    void Line(string text);

    /// <summary>Does one thing and says so, and how long it took.</summary>
    Task<T> StepAsync<T>(string what, Func<Task<T>> action);
}

/// <summary>Steps without a result.</summary>
internal static class ViewExtensions
{
    public static Task StepAsync(this IView view, string what, Func<Task> action) =>
        view.StepAsync(
            what,
            async () =>
            {
                await action();
                return true;
            }
        );
}
